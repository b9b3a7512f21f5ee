import type { PlatformName } from '../../sandbox/platforms.mts';
import type { CredentialData, N8nClient } from './n8nClient.mts';

/** The values of a platform's credential, by the platform's name in the sandbox's announcement. */
export type PlatformValues = Record<string, Record<string, string>>;

/** The saved credentials, by credential type, as a workflow's nodes refer to them. */
export type SavedCredentials = Record<string, { id: string; name: string }>;

const credentialTypes: Record<PlatformName, Pick<CredentialData, 'type' | 'name'>> = {
	flymyai: { type: 'flyMyAiApi', name: 'FlyMyAI account' },
	pyflue: { type: 'pyFlueApi', name: 'PyFlue account' },
	flowmaestro: { type: 'flowMaestroApi', name: 'FlowMaestro account' },
	agentflow: { type: 'agentFlowApi', name: 'AgentFlow account' },
};

/** The n8n credential of a platform, with these values. */
export function credentialOf(platform: PlatformName, data: Record<string, string>): CredentialData {
	return { ...credentialTypes[platform], data };
}

/** Saves a credential for each of these platforms that the package has a node for. */
export async function saveCredentials(
	client: N8nClient,
	platforms: PlatformValues,
): Promise<SavedCredentials> {
	const saved: SavedCredentials = {};
	for (const [platform, credential] of Object.entries(credentialTypes)) {
		if (!(platform in platforms)) continue;
		const id = await client.saveCredential({ ...credential, data: platforms[platform] });
		saved[credential.type] = { id, name: credential.name };
	}
	return saved;
}
