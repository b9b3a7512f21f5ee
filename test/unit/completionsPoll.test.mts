// One tick of a trigger against a platform in memory, in random histories: `pollCompletions` with
// everything that can go wrong between the listing and n8n. The real node is in test/nodes/.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { PlatformError } from '../../nodes/shared/errors.ts';
import type { Cursor } from '../../nodes/shared/runs/completions.ts';
import { pollInStep } from '../../nodes/shared/runs/inStep.ts';
import { pollCompletions, type TriggerSource } from '../../nodes/shared/runs/trigger.ts';
import {
	HEALTHY,
	keyOf,
	Ledger,
	longHistory,
	Platform,
	shortHistory,
} from './completionsPlatform.mts';
import type { History, ModelRun, PollPlan } from './completionsPlatform.mts';

let workflows = 0;

/** The platform as a trigger sees it, with this plan's faults. */
function sourceOf(platform: Platform, { failing }: PollPlan): TriggerSource<ModelRun> {
	let asked = 0;
	return {
		account: 'account',
		lifecycle: {
			noun: 'run',
			idOf: ({ id }) => id,
			isTerminal: ({ status }) => status !== 'running',
			async get(id) {
				asked++;
				const run = platform.get(id);
				if (!run) throw new PlatformError('not found', { status: 404 });
				if (failing > 0 && asked % failing === 0) {
					const status = [500, 401, undefined][asked % 3];
					if (status) throw new PlatformError('out of order', { status });
					// A follow-up that comes between the listing and the detail.
					if (run.status !== 'running') platform.restart(run);
				}
				return { ...run };
			},
		},
		async *list() {
			for (const run of platform.list()) yield { ...run };
		},
		completionKey: keyOf,
		changedAt: ({ at }) => (at > 8.64e15 ? undefined : new Date(at).toISOString()),
		wants: () => true,
		slim: (run) => run,
		output: (run) => ({ key: keyOf(run) }),
	};
}

/** Just what a tick asks of n8n. */
function contextOf(workflow: string, staticData: IDataObject): IPollFunctions {
	const context: Partial<IPollFunctions> = {
		getMode: () => 'trigger',
		getWorkflow: () => ({ id: workflow, active: true }),
		getNode: () => ({
			id: 'n',
			name: 'T',
			type: 't',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		}),
		getWorkflowStaticData: () => staticData,
		getPollBudgetMs: () => 60_000,
		logger: { error() {}, warn() {}, info() {}, debug() {} },
	};
	return context as IPollFunctions;
}

/** n8n around the trigger: where its state lives, and what a crash leaves of it. */
class Workflow {
	private id = '';
	private activated = false;
	/** What is in n8n's database, as JSON. */
	private saved = '{}';
	/** Without durable cursors, what the next poll sees. */
	private live: IDataObject = {};

	constructor(
		private readonly platform: Platform,
		private readonly ledger: Ledger,
		private readonly durable: boolean,
	) {
		this.start();
	}

	private start(): void {
		this.id = `workflow-${workflows++}`;
		this.activated = false;
		this.live = JSON.parse(this.saved);
	}

	async tick(plan: PollPlan): Promise<void> {
		const data: IDataObject = this.durable ? JSON.parse(this.saved) : this.live;
		const before = JSON.stringify(data);
		const source = sourceOf(this.platform, plan);
		const listed: ModelRun[] = [];
		const list: typeof source.list = async function* (rowError, known) {
			for await (const run of source.list(rowError, known)) {
				listed.push(run);
				yield run;
			}
			if (plan.fate === 'unreadable') throw new PlatformError('out of order', { status: 502 });
		};
		const context = contextOf(this.id, data);
		const polled = pollInStep(
			context,
			async () => await pollCompletions(context, { ...source, list }),
		);
		if (plan.fate === 'twice') {
			const second = pollInStep(context, async () => await pollCompletions(context, source));
			expect(await second).toBeNull();
		}
		const outcome = await polled.then(
			(output) => ({ items: output?.[0] ?? [] }),
			(error: unknown) => ({ error }),
		);
		if ('error' in outcome) {
			expect(outcome.error).toBeInstanceOf(NodeApiError);
			expect(JSON.stringify(data)).toBe(before);
			return;
		}
		const keys = outcome.items.map(({ json }) => String(json.key));
		if (plan.fate === 'crash before emitting') return this.crash();
		this.ledger.deliver(keys);
		// With durable cursors n8n stores what it starts and what the poll left at once.
		if (plan.fate === 'crash after emitting' && !this.durable) return this.crash();

		const hasItems = keys.length > 0;
		const isSaved = this.durable ? hasItems || this.activated : hasItems || !this.activated;
		// What the poll at activation left is dropped, and only a baseline is kept in memory.
		const isForgotten = !isSaved && this.durable && this.saved !== '{}';
		if (isSaved) this.saved = JSON.stringify(data);
		this.activated = true;
		const cursor = data.cursor as unknown as Cursor;
		if (!isForgotten) this.ledger.keep(listed, cursor, keys, isSaved);
		if (plan.fate === 'crash after emitting') this.crash();
	}

	private crash(): void {
		this.ledger.crash({ repeats: !this.durable });
		this.start();
	}
}

/** The same histories each time, so that a change is told from chance; FUZZ_SEED takes others. */
const seed = Number(process.env.FUZZ_SEED ?? 1);

// The tick draws lots as to which of many missing runs it looks at: the same lots each time too.
let drawn = 0;
beforeEach(() => {
	jest.spyOn(Math, 'random').mockImplementation(() => (Math.sin(seed + drawn++) + 1) / 2);
});
afterEach(() => {
	jest.restoreAllMocks();
});

const holds = async ({ old, cut, durable, actions }: History) => {
	drawn = 0;
	const platform = new Platform(cut);
	const ledger = new Ledger(platform);
	const workflow = new Workflow(platform, ledger, durable);
	platform.play({ do: 'burst', count: old, delay: 0 });
	await workflow.tick(HEALTHY);
	for (const action of actions) {
		if (action.do === 'poll') await workflow.tick(action.plan);
		else platform.play(action);
	}
	platform.showEverything();
	// What was just given up on 404, or waits for its turn among over a thousand that are missing,
	// twenty a tick, comes with these.
	for (let left = 200; left > 0; left--) {
		await workflow.tick(HEALTHY);
		if (left < 195 && ledger.owed.length === 0) break;
	}
	const { owed, tooMany } = ledger;
	expect({ owed, tooMany }).toEqual({ owed: [], tooMany: [] });
};

test('no completion is lost in histories of few runs, and none comes twice without a crash', async () => {
	await fc.assert(fc.asyncProperty(shortHistory, holds), { numRuns: 1500, seed });
}, 60_000);

test('nor in histories of more completions than are remembered', async () => {
	// A smaller example of a thousand rows says no more than the first.
	await fc.assert(fc.asyncProperty(longHistory, holds), { numRuns: 40, endOnFailure: true, seed });
}, 120_000);
