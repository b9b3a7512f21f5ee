import type { Definition, JsonObject, Owner, Workflow } from '../records.mts';
import { timestamp } from '../store.mts';
import type { Store } from '../store.mts';
import { OWNER, STRANGER, TEAMMATE } from './accounts.mts';

export const NOTE = 'Worked out by a local stand-in, not by FlowMaestro.';

export const WORKFLOWS = {
	leadScoring: '33333333-0000-4000-8000-000000000001',
	meetingNotes: '33333333-0000-4000-8000-000000000002',
	contractApproval: '33333333-0000-4000-8000-000000000003',
	catalogImport: '33333333-0000-4000-8000-000000000004',
	emptyDraft: '33333333-0000-4000-8000-000000000005',
	legacyReport: '33333333-0000-4000-8000-000000000006',
	teamNewsletter: '33333333-0000-4000-8000-000000000007',
	stranger: '33333333-0000-4000-8000-000000000008',
};

export function seedWorkflows(store: Store): void {
	addWorkflow(store, {
		id: WORKFLOWS.leadScoring,
		name: 'Lead Scoring',
		description: 'Scores a lead by company size and budget. Inputs: company, employees, budget',
		definition: form({
			company: { label: 'Company' },
			employees: { label: 'Employees', inputType: 'number' },
			budget: { label: 'Budget', inputType: 'number', required: false, description: 'In euros' },
		}),
		perform: (inputs) => ({ outcome: 'completed', durationMs: 1500, outputs: scoreLead(inputs) }),
	});
	addWorkflow(store, {
		id: WORKFLOWS.meetingNotes,
		name: 'Meeting Notes',
		description: 'Finds the summary and the to-dos in notes. Input: notes',
		definition: form({ notes: { label: 'Notes', description: 'One line a thought' } }),
		perform: (inputs) => ({
			outcome: 'completed',
			durationMs: 2500,
			outputs: summarise(text(inputs.notes)),
		}),
	});
	addWorkflow(store, {
		id: WORKFLOWS.contractApproval,
		name: 'Contract Approval',
		description: 'Stops and waits for a person to approve. Input: contract',
		definition: form({ contract: { label: 'Contract' } }),
		perform: () => ({ outcome: 'paused', durationMs: 800 }),
	});
	addWorkflow(store, {
		id: WORKFLOWS.catalogImport,
		name: 'Catalog Import',
		description: 'Fails: its source is never there. Input: source',
		definition: form({ source: { label: 'Source' } }),
		perform: ({ source }) => ({
			outcome: 'failed',
			durationMs: 800,
			error: `Could not read the catalog from "${text(source)}". (${NOTE})`,
		}),
	});
	addWorkflow(store, {
		id: WORKFLOWS.emptyDraft,
		name: 'Empty Draft',
		definition: { nodes: {} },
	});
	addWorkflow(store, {
		id: WORKFLOWS.legacyReport,
		name: 'Legacy Report',
		description: 'Saved in the older format, so its inputs are not listed',
		definition: { nodes: Object.values(form({ month: { label: 'Month' } }).nodes ?? {}) },
	});
	addWorkflow(store, {
		id: WORKFLOWS.teamNewsletter,
		name: 'Team Newsletter',
		description: "A teammate's: listed, but only its trigger starts it",
		definition: form({ topic: { label: 'Topic' } }),
		owner: TEAMMATE,
	});
	addWorkflow(store, {
		id: WORKFLOWS.stranger,
		name: 'Of Another Customer',
		definition: form({}),
		owner: STRANGER,
	});
}

type NewWorkflow = Pick<Workflow, 'id' | 'name'> &
	Partial<Omit<Workflow, keyof Owner>> & { owner?: Owner };

/** Adds a workflow; unless told otherwise its executions answer their inputs. */
export function addWorkflow(store: Store, { owner = OWNER, ...given }: NewWorkflow): Workflow {
	const now = timestamp();
	const workflow: Workflow = {
		description: null,
		version: 1,
		definition: form({ text: { label: 'Text' } }),
		created_at: now,
		updated_at: now,
		perform: (inputs) => ({ outcome: 'completed', outputs: { received: inputs, note: NOTE } }),
		behaviour: {},
		...given,
		...owner,
	};
	store.workflows.set(workflow.id, workflow);
	return workflow;
}

/** A definition with an input node for each name an execution reads. */
function form(inputs: Record<string, JsonObject>): Definition {
	const nodes = Object.entries(inputs).map(([inputName, config]) => [
		`input-${inputName}`,
		{ type: 'input', name: inputName, config: { ...config, inputName } },
	]);
	const output = { type: 'output', name: 'Result', config: {} };
	return { nodes: { ...Object.fromEntries(nodes), output } };
}

function scoreLead(inputs: JsonObject): JsonObject {
	const employees = Number(inputs.employees ?? 0);
	const budget = Number(inputs.budget ?? 0);
	const score = Math.min(100, Math.round(employees / 10 + budget / 1000));
	const tier = score >= 70 ? 'hot' : score >= 30 ? 'warm' : 'cold';
	return { company: text(inputs.company), score, tier, note: NOTE };
}

function summarise(notes: string): JsonObject {
	const lines = notes
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');
	const todo = /^(todo|action|to do)\b[:\s-]*/i;
	return {
		summary: lines
			.filter((line) => !todo.test(line))
			.slice(0, 2)
			.join(' '),
		todos: lines.filter((line) => todo.test(line)).map((line) => line.replace(todo, '')),
		words: notes.split(/\s+/).filter((word) => word !== '').length,
		note: NOTE,
	};
}

function text(value: unknown): string {
	return value === undefined || value === null ? '' : String(value);
}
