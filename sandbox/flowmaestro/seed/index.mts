import { addEndedExecution } from '../bulk.mts';
import type { Trigger } from '../records.mts';
import { timestamp } from '../store.mts';
import type { Store } from '../store.mts';
import { OWNER, seedKeys } from './accounts.mts';
import { seedAgents } from './agents.mts';
import { seedKnowledgeBases } from './knowledgeBases.mts';
import { NOTE, seedWorkflows, WORKFLOWS } from './workflows.mts';

export const TRIGGERS = {
	leads: '44444444-0000-4000-8000-000000000001',
	disabled: '44444444-0000-4000-8000-000000000002',
	newsletter: '44444444-0000-4000-8000-000000000003',
};

const HOUR_MS = 3_600_000;

/** What a fresh stand-in knows. */
export function seed(store: Store): void {
	seedKeys(store);
	seedWorkflows(store);
	seedKnowledgeBases(store);
	seedAgents(store);
	seedTriggers(store);
	seedExecutions(store);
}

function seedTriggers(store: Store): void {
	const leads = { workflow_id: WORKFLOWS.leadScoring };
	const trigger_type = 'manual';
	addTrigger(store, { ...leads, id: TRIGGERS.leads, name: 'Score a lead', trigger_type });
	addTrigger(store, {
		...leads,
		id: TRIGGERS.disabled,
		name: 'Every night',
		trigger_type: 'schedule',
		enabled: false,
	});
	addTrigger(store, {
		id: TRIGGERS.newsletter,
		workflow_id: WORKFLOWS.teamNewsletter,
		name: 'Send the newsletter',
		trigger_type,
	});
}

type NewTrigger = Pick<Trigger, 'id' | 'workflow_id' | 'name' | 'trigger_type'> & Partial<Trigger>;

export function addTrigger(store: Store, given: NewTrigger): void {
	const now = timestamp();
	store.triggers.set(given.id, {
		workspaceId: OWNER.workspaceId,
		enabled: true,
		last_triggered_at: null,
		trigger_count: 0,
		created_at: now,
		updated_at: now,
		...given,
	});
}

function seedExecutions(store: Store): void {
	const lead = (hoursAgo: number, company: string, score: number, tier: string) => {
		addEndedExecution(store, Date.now() - hoursAgo * HOUR_MS, {
			workflow_id: WORKFLOWS.leadScoring,
			inputs: { company, employees: score * 10 },
			outputs: { company, score, tier, note: NOTE },
		});
	};
	lead(26, 'Northwind', 82, 'hot');
	lead(25, 'Contoso', 41, 'warm');
	addEndedExecution(store, Date.now() - 2 * HOUR_MS, {
		workflow_id: WORKFLOWS.catalogImport,
		status: 'failed',
		inputs: { source: 'ftp://old.example' },
		error: `Could not read the catalog from "ftp://old.example". (${NOTE})`,
	});
	lead(1, 'Fabrikam', 12, 'cold');
}
