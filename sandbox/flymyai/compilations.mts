import type { FastifyInstance } from 'fastify';
import { addCompilation } from './create.mts';
import { badRequest, found } from './errors.mts';
import { checkedText, readFields, text } from './fields.mts';
import { runVariables, startRun } from './lifecycle.mts';
import { sendList } from './listing.mts';
import type { Compilation, Run } from './records.mts';
import { draw } from './store.mts';
import type { Store } from './store.mts';
import { runSummary } from './views.mts';

type WithId = { Params: { id: string } };
type Written = Pick<Compilation, 'script_code'> | Pick<Compilation, 'instruction_md'>;

const readers = {
	instruction_md: text({ blank: true }),
	cron_schedule: checkedText((value) =>
		value === '' || /^[\d*/,-]+( [\d*/,A-Za-z-]+){4}$/.test(value)
			? null
			: 'Invalid cron expression.',
	),
	timezone: checkedText((value) =>
		isTimezone(value) ? null : `"${value}" is not a valid timezone.`,
	),
};

export function compilationRoutes(api: FastifyInstance, store: Store): void {
	const find = (id: string) => found(store.compilations.get(id));

	api.get('/compilations/', async (request, reply) => {
		const newestFirst = [...store.compilations.values()].reverse();
		return await sendList(store, request, reply, newestFirst, (compilation) => compilation);
	});

	api.get<WithId>('/compilations/:id/', async (request) => find(request.params.id));

	api.patch<WithId>('/compilations/:id/', async (request) => {
		const { id, status } = find(request.params.id);
		if (isUnfinished(status)) throw badRequest(`A compilation that is ${status} cannot change.`);
		return store.changeCompilation(id, readFields(request.body, readers));
	});

	api.post<WithId>('/compilations/compile/:id/', async (request, reply) => {
		const run = completedRun(store, request.params.id);
		const compilation = compile(store, run, { script_code: script(run) });
		return await reply.code(201).send(compilation);
	});

	api.post<WithId>('/compilations/freeze-instruction/:id/', async (request, reply) => {
		const run = completedRun(store, request.params.id);
		const compilation = compile(store, run, { instruction_md: instruction(store, run) });
		return await reply.code(201).send(compilation);
	});

	api.post<WithId>('/compilations/:id/run/', async (request) => {
		const compilation = ready(find(request.params.id));
		if (compilation.script_code === '') throw badRequest('This compilation has no script to run.');
		return replay(store, compilation);
	});

	api.post<WithId>('/compilations/:id/run-instruction/', async (request, reply) => {
		const compilation = ready(find(request.params.id));
		if (compilation.instruction_md === '') throw badRequest('This compilation has no instruction.');
		const source = store.run(compilation.execution);
		const given = runVariables(request.body);
		// Without variables the frozen plan is carried out for those it was made with.
		const variables = Object.keys(given).length > 0 ? given : source.variables;
		const run = startRun(store, store.agentOf(source), variables, source.id);
		return await reply.code(201).send(runSummary(store, run));
	});
}

function completedRun(store: Store, id: string): Run {
	const run = found(store.runs.get(id));
	if (run.status !== 'completed') {
		throw badRequest(`Only a completed execution can be compiled; this one is ${run.status}.`);
	}
	return run;
}

function isUnfinished(status: Compilation['status']): boolean {
	return status === 'pending' || status === 'compiling';
}

function ready(compilation: Compilation): Compilation {
	const { status } = compilation;
	if (isUnfinished(status) || status === 'failed') {
		throw badRequest(`A compilation that is ${status} cannot run.`);
	}
	return compilation;
}

/** Answers the pending compilation, which goes on to compiled (or failed) by itself. */
function compile(store: Store, run: Run, written: Written): Compilation {
	const compilation = addCompilation(store, run);
	const { id } = compilation;
	store.startWork(id, async (pause) => {
		const ms = draw(store.agentOf(run).behaviour.compileMs);
		await pause(ms * 0.3);
		store.changeCompilation(id, { status: 'compiling' });
		await pause(ms * 0.7);
		if (run.original_prompt.includes('uncompilable')) {
			const error = 'The run took steps that cannot be repeated without the agent.';
			store.changeCompilation(id, { status: 'failed', error });
		} else {
			store.changeCompilation(id, { status: 'compiled', ...written });
		}
	});
	return compilation;
}

/** Answers the running compilation, which completes by itself. */
function replay(store: Store, { id, execution }: Compilation): Compilation {
	const run = store.run(execution);
	store.startWork(id, async (pause) => {
		await pause(store.agentOf(run).behaviour.compileMs);
		store.changeCompilation(id, { status: 'completed', result: run.agent_result });
	});
	return store.changeCompilation(id, { status: 'running', result: null, error: null });
}

function script(run: Run): string {
	return `"""Replays run ${run.id}: a script of the local stand-in."""
import json

VARIABLES = json.loads(${JSON.stringify(JSON.stringify(run.variables))})
RESULT = json.loads(${JSON.stringify(JSON.stringify(run.agent_result))})


def main():
    print(json.dumps(RESULT))


if __name__ == "__main__":
    main()
`;
}

function instruction(store: Store, run: Run): string {
	const variables = Object.entries(run.variables).map(
		([name, value]) => `- \`${name}\`: for example ${JSON.stringify(value)}`,
	);
	const steps = run.logs
		.filter(({ type }) => type === 'tool_called')
		.map(({ message }, index) => `${index + 1}. ${message}`);
	return [
		`# ${store.agentOf(run).name}`,
		run.original_prompt,
		'## Variables',
		variables.join('\n') || 'None.',
		'## Steps',
		steps.join('\n') || '1. Answer from what is known.',
		`Frozen from run ${run.id} by the local stand-in.`,
		'',
	].join('\n\n');
}

function isTimezone(name: string): boolean {
	return name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name);
}
