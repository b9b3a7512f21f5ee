import type { ApiKey, Owner, Scope } from '../records.mts';
import type { Store } from '../store.mts';

const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001';

export const OWNER: Owner = {
	userId: 'bbbbbbbb-0000-4000-8000-000000000001',
	workspaceId: WORKSPACE,
};

/** Another user of the same workspace. */
export const TEAMMATE: Owner = {
	userId: 'bbbbbbbb-0000-4000-8000-000000000002',
	workspaceId: WORKSPACE,
};

/** The owner, in another workspace. */
export const OWNER_ELSEWHERE: Owner = {
	userId: OWNER.userId,
	workspaceId: 'aaaaaaaa-0000-4000-8000-000000000002',
};

/** Another customer. */
export const STRANGER: Owner = {
	userId: 'bbbbbbbb-0000-4000-8000-000000000003',
	workspaceId: 'aaaaaaaa-0000-4000-8000-000000000003',
};

const READ: Scope[] = [
	'workflows:read',
	'executions:read',
	'agents:read',
	'threads:read',
	'triggers:read',
	'knowledge-bases:read',
	'webhooks:read',
];

const ALL: Scope[] = [
	'workflows:read',
	'workflows:execute',
	'executions:read',
	'executions:cancel',
	'agents:read',
	'agents:execute',
	'threads:read',
	'threads:write',
	'triggers:read',
	'triggers:execute',
	'knowledge-bases:read',
	'knowledge-bases:query',
	'webhooks:read',
	'webhooks:write',
];

/** A key with every scope and a limit out of the way. */
export function apiKey(name: string, given: Partial<ApiKey> = {}): ApiKey {
	return {
		key: `fm_live_${name.padEnd(32, '0')}`,
		...OWNER,
		scopes: ALL,
		perMinute: 100_000,
		perDay: 10_000_000,
		minuteMs: 60_000,
		revoked: false,
		expired: false,
		active: true,
		...given,
	};
}

/** The seeded keys. Scopes are those of the backend's bundles (contract, section 1). */
export const KEYS = {
	full: apiKey('SandboxFullAccess'),
	/** With the backend's default limits. */
	limited: apiKey('SandboxLimited', { perMinute: 60, perDay: 10_000 }),
	readOnly: apiKey('SandboxReadOnly', { scopes: READ }),
	workflowExecutor: apiKey('SandboxWorkflowExecutor', {
		scopes: [
			'workflows:read',
			'workflows:execute',
			'executions:read',
			'executions:cancel',
			'triggers:read',
			'triggers:execute',
		],
	}),
	agentExecutor: apiKey('SandboxAgentExecutor', {
		scopes: ['agents:read', 'agents:execute', 'threads:read', 'threads:write'],
	}),
	knowledgeBaseReader: apiKey('SandboxKnowledgeBaseReader', {
		scopes: ['knowledge-bases:read', 'knowledge-bases:query'],
	}),
	teammate: apiKey('SandboxTeammate', TEAMMATE),
	stranger: apiKey('SandboxStranger', STRANGER),
	// All that is wrong with the later ones is wrong with the earlier ones, too: the order counts.
	revoked: apiKey('SandboxRevoked', { revoked: true, expired: true, active: false }),
	expired: apiKey('SandboxExpired', { expired: true, active: false }),
	inactive: apiKey('SandboxInactive', { active: false }),
};

export function seedKeys(store: Store): void {
	// Copies: a test may change the limits of a key.
	for (const key of Object.values(KEYS)) store.keys.set(key.key, { ...key });
}
