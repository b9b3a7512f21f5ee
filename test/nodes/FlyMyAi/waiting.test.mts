// Waiting for runs: how it ends, what it costs, and what is left behind. Each test has agents of its
// own, so that they can run side by side; looks at the list of runs are in polling.test.mts.
import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	API,
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newCompilation,
	newRun,
	outputs,
	rows,
	runsWith,
	sent,
	startOf,
	statusOf,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

const NEVER = { outcome: 'never' } as const;

/** The one run that was started with this key, as soon as the platform has it. */
async function runWith(key: string): Promise<string> {
	await until(async () => (await runsWith(key)).length === 1);
	return (await runsWith(key))[0].id;
}

const looksAt = async (id: string) =>
	(await sent(new RegExp(`/executions/${id}/$`))).filter(({ method }) => method === 'GET');

describe('many items', () => {
	/** How many of these spans of time are open at once, at most. */
	const mostAtOnce = (spans: Array<[from: number, to: number]>) =>
		Math.max(...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length));

	test.concurrent(
		'keep their order and have five runs in flight, unless Parallel Runs says otherwise',
		async () => {
			const agent = await newAgent({}, { runningMs: [100, 1500] });
			const items = Array.from({ length: 30 }, (_, n) => ({ n }));
			const done = await execute(
				'run',
				'start',
				{
					agent: byId(agent),
					specifyInputs: 'json',
					inputsJson: '={{ { key: $json.n + "-of-thirty", n: $json.n } }}',
				},
				{ items },
			);

			expect(done.map(({ json }) => Object(json.variables).n)).toEqual(items.map(({ n }) => n));
			expect(done.map(({ pairedItem }) => pairedItem)).toEqual(items.map(({ n }) => ({ item: n })));
			expect(done.every(({ json }) => json.status === 'completed')).toBe(true);
			const spans = done.map(({ json }): [number, number] => [
				Date.parse(String(json.created_at)),
				Date.parse(String(json.updated_at)),
			]);
			expect(mostAtOnce(spans)).toBe(5);
		},
	);

	test.concurrent(
		'start no further ones once an item has failed, and name the runs left',
		async () => {
			const agent = await newAgent({}, NEVER);
			await control.fault({ kind: 'latency', ms: 600, match: { path: 'nobody-late/run-loop' } });
			const items = ['a', 'nobody-late', 'c', 'd'].map((key) => ({
				agent: key.startsWith('nobody') ? key : agent,
				key: `abandoned-${key}`,
			}));
			const failure = await failureOf(
				execute(
					'run',
					'start',
					{
						agent: '={{ $json.agent }}',
						specifyInputs: 'json',
						inputsJson: '={{ ({ key: $json.key }) }}',
						options: { parallelRuns: 2 },
					},
					{ items },
				),
			);

			const left = await runWith('abandoned-a');
			expect(failure).toMatchObject({
				message: `FlyMyAI: Not found (POST ${API}/tasks/nobody-late/run-loop/) [item 1]`,
				httpCode: '404',
			});
			expect(failure.description).toContain(`Started for other items, and going on: ${left}.`);
			expect(failure.context.itemIndex).toBe(1);
			expect(await runsWith('abandoned-c')).toEqual([]);
			expect(await runsWith('abandoned-d')).toEqual([]);
			expect(await statusOf(left)).toBe('running');
		},
	);

	test.concurrent('name a run too whose start is answered after the failure', async () => {
		const agent = await newAgent({}, NEVER);
		await control.fault({ kind: 'latency', ms: 600, match: { path: `${agent}/run-loop` } });
		const failure = await failureOf(
			execute(
				'run',
				'start',
				{
					agent: '={{ $json.agent }}',
					specifyInputs: 'json',
					inputsJson: '={{ ({ key: $json.agent }) }}',
				},
				{ items: [{ agent: 'nobody' }, { agent }] },
			),
		);

		expect(failure.message).toBe(
			`FlyMyAI: Not found (POST ${API}/tasks/nobody/run-loop/) [item 0]`,
		);
		expect(failure.description).toContain(`going on: ${await runWith(agent)}.`);
	});

	test.concurrent('name the runs that nobody waited for, when a later item fails', async () => {
		const agent = await newAgent({}, NEVER);
		const parameters = { ...startOf(agent), agent: '={{ $json.agent }}' };
		const items = [{ agent }, { agent: 'nobody' }];
		const options = { parallelRuns: 1, maxWait: 1, onMaxWait: 'return' };
		const failures = await Promise.all(
			[false, true].map(
				async (waitForCompletion) =>
					await failureOf(
						execute('run', 'start', { ...parameters, waitForCompletion, options }, { items }),
					),
			),
		);

		const named = failures.map(
			({ description }) => /going on: (\S+)\./.exec(description ?? '')?.[1],
		);
		const started = (await runsWith(agent)).map(({ id }) => id);
		expect(named.toSorted()).toEqual(started.toSorted());
	});

	test.concurrent('name the runs left when an expression of another item fails', async () => {
		const agent = await newAgent({}, NEVER);
		const failure = await failureOf(
			execute(
				'run',
				'start',
				{
					agent: byId(agent),
					specifyInputs: 'json',
					inputsJson: "={{ $itemIndex ? $('Missing').item.json : ({ key: $json.key }) }}",
				},
				{ items: [{ key: agent }, {}] },
			),
		);

		expect(failure.message).toBe("Referenced node doesn't exist [item 1]");
		expect(failure.description).toBe(
			`Started for other items, and going on: ${await runWith(agent)}.`,
		);
		// The editor would show its own text for this error of n8n's.
		expect(failure.context).toEqual({ itemIndex: 1 });
	});

	test.concurrent('go on past runs that fail, where the node is to continue', async () => {
		const good = await newAgent();
		const bad = await newAgent({}, { outcome: 'failed', error: 'No luck.' });
		const [regular, errors] = await outputs(
			'run',
			'start',
			{ agent: '={{ $json.agent }}' },
			{
				items: [{ agent: good }, { agent: bad }, { agent: good }],
				onError: 'continueErrorOutput',
			},
		);

		expect(regular.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual([
			['completed', { item: 0 }],
			['completed', { item: 2 }],
		]);
		expect(errors).toMatchObject([
			{
				json: {
					agent: bad,
					error: expect.stringMatching(/^The run \S+ ended as failed: No luck\.$/),
					details: { item: 1, run_id: expect.stringMatching(/^\w{3}-\w{4}-\w{3}$/) },
				},
			},
		]);
	});
});

describe('a run that ends badly', () => {
	test.concurrent('fails the item with the reason of the platform', async () => {
		const agent = await newAgent({}, { outcome: 'failed', error: 'The site asks for a login.' });
		const failure = await failureOf(execute('run', 'start', startOf(agent)));

		expect(failure.message).toBe(
			`The run ${await runWith(agent)} ended as failed: The site asks for a login.`,
		);
		expect(failure.description).toMatch(/set On Run Failure to 'Return the Run'/);
	});

	test.concurrent('is returned where the options say so', async () => {
		const agent = await newAgent({}, { outcome: 'failed', error: 'No luck.' });
		const [run] = await rows('run', 'start', {
			...startOf(agent),
			options: { onRunFailure: 'return' },
		});

		expect(run).toMatchObject({ status: 'failed', error: 'No luck.', output: null });
	});

	test.concurrent('is a cancelled one too', async () => {
		const agent = await newAgent({}, NEVER);
		const waiting = failureOf(execute('run', 'start', startOf(agent)));
		const id = await runWith(agent);
		await api.post(`/executions/${id}/cancel/`);

		expect((await waiting).message).toBe(
			`The run ${id} ended as cancelled: FlyMyAI gives no reason for the status 'cancelled'`,
		);
	});
});

describe('Max Wait', () => {
	/** What every operation that waits is asked to wait for, without end. */
	const endless: Record<string, () => Promise<[string, string, INodeParameters]>> = {
		'Run: Start': async () => ['run', 'start', startOf(await newAgent({}, NEVER))],
		'Run: Send Follow-Up': async () => {
			const run = byId(await newRun({ agent: await newAgent({}, NEVER) }));
			return ['run', 'sendFollowUp', { run, message: 'More' }];
		},
		'Run: Wait for Completion': async () => {
			const agent = await newAgent({}, NEVER);
			const { data: run } = await api.post(`/tasks/${agent}/run-loop/`, { variables: {} });
			return ['run', 'wait', { run: byId(run.id) }];
		},
		'Compilation: Compile': async () => {
			const agent = await newAgent({}, { compileMs: 60_000 });
			return ['compilation', 'compile', { run: byId(await newRun({ agent })) }];
		},
		'Compilation: Freeze': async () => {
			const agent = await newAgent({}, { compileMs: 60_000 });
			return ['compilation', 'freeze', { run: byId(await newRun({ agent })) }];
		},
		'Compilation: Run Script': async () => {
			const agent = await newAgent();
			const compilation = byId(await newCompilation('compile', await newRun({ agent })));
			await control.post(`flymyai/agents/${agent}/behaviour`, { compileMs: 60_000 });
			return ['compilation', 'runScript', { compilation }];
		},
		'Compilation: Run Instruction': async () => {
			const run = await newRun({ agent: await newAgent({}, NEVER) });
			const compilation = byId(await newCompilation('freeze-instruction', run));
			return ['compilation', 'runInstruction', { compilation }];
		},
	};

	test.concurrent.each(Object.entries(endless))('ends %s', async (_, prepare) => {
		const [resource, operation, parameters] = await prepare();
		const within = async (options: INodeParameters) =>
			await rows(resource, operation, { ...parameters, options: { maxWait: 1, ...options } });
		const failure = await failureOf(within({}));

		expect(failure.message).toMatch(/ is still (pending|running|compiling) after 1 s$/);
		const [, id] = /^The [a-z ]+? ((?:\w{3}|cmp)-\S+) is still/.exec(failure.message) ?? [];
		expect(failure.description).toContain(`It continues, nothing is lost. Wait for ${id} later.`);
		if (operation === 'sendFollowUp') await api.post(`/executions/${id}/cancel/`);
		const [item] = await within({ onMaxWait: 'return' });
		expect(item.status).toMatch(/pending|running|compiling/);
		expect(String(item.id)).toMatch(/^(\w{3}-\w{4}|cmp-\w{4})-\w{3}$/);
	});

	test.concurrent('of 0 waits to the end', async () => {
		const [run] = await rows('run', 'start', {
			...startOf(await newAgent({}, { runningMs: 1200 })),
			options: { maxWait: 0 },
		});

		expect(run.status).toBe('completed');
	});

	test.concurrent.each([
		[{ maxWait: -1 }, "'Max Wait (Seconds)' must be at least 0"],
		[{ pollInterval: 0.2 }, "'Poll Interval (Seconds)' must be at least 1"],
		[{ parallelRuns: 0 }, "'Parallel Runs' must be at least 1"],
		[{ onMaxWait: 'panic' }, "'On Max Wait' must be one of 'fail', 'return', not 'panic'"],
	])('and its neighbours refuse %j', async (options, message) => {
		const agent = await newAgent();
		const failure = await failureOf(execute('run', 'start', { ...startOf(agent), options }));

		expect(failure.message).toBe(message);
		expect(await runsWith(agent)).toEqual([]);
	});
});

describe('a look', () => {
	test.concurrent('at a status nobody knows yet is no end', async () => {
		const agent = await newAgent();
		const run = await newRun({ agent });
		const body = { id: run, status: 'thinking' };
		await control.fault({ kind: 'status', status: 200, match: { path: `/${run}/$` }, body });
		const [seen] = await rows('run', 'wait', { run: byId(run) });

		expect(seen.status).toBe('completed');
		expect(await looksAt(run)).toHaveLength(2);
	});

	test.concurrent('is not needed where the start itself says how it ended', async () => {
		const agent = await newAgent();
		const body = { id: 'abc-defg-hij', status: 'completed', agent_result: { done: true } };
		await control.fault({ kind: 'status', status: 201, match: { path: `/${agent}/run-` }, body });
		const [run] = await rows('run', 'start', startOf(agent));

		expect(run).toMatchObject({ id: 'abc-defg-hij', output: { done: true }, agent_id: agent });
		expect(await looksAt('abc-defg-hij')).toEqual([]);
	});

	test.concurrent('that fails now and then is taken again', async () => {
		const agent = await newAgent({}, { runningMs: 800 });
		const waiting = rows('run', 'start', startOf(agent));
		const id = await runWith(agent);
		await control.fault({ kind: 'status', status: 500, match: { path: `/${id}/$` }, times: 2 });

		expect((await waiting)[0].status).toBe('completed');
		expect((await looksAt(id)).filter(({ status }) => status === 500)).toHaveLength(2);
	});

	test.concurrent('that fails five times in a row gives the run up, by name', async () => {
		const agent = await newAgent({}, NEVER);
		const waiting = failureOf(execute('run', 'start', startOf(agent)));
		const id = await runWith(agent);
		await control.fault({ kind: 'status', status: 500, match: { path: `/${id}/$` }, times: null });
		const failure = await waiting;

		expect(failure.message).toBe(
			`FlyMyAI: Injected fault: status 500 (while waiting for run ${id})`,
		);
		expect(failure.description).toMatch(
			/The run \S+ may still be running\..* Then wait for \S+ again/,
		);
		expect((await looksAt(id)).filter(({ status }) => status === 500)).toHaveLength(5);
	});

	test.concurrent(
		'that fails to the end of Max Wait is named, and the run',
		async () => {
			const agent = await newAgent({}, NEVER);
			const options = { maxWait: 20 };
			const waiting = failureOf(execute('run', 'start', { ...startOf(agent), options }));
			const id = await runWith(agent);
			const match = { path: `/${id}/$` };
			await control.fault({ kind: 'status', status: 503, match, times: null });
			const { message, description } = await waiting;

			expect(message).toMatch(new RegExp(`status 503 \\(while waiting for run ${id}\\)$`));
			expect(description).toMatch(/may still be running/);
		},
		60_000,
	);

	test.concurrent('that does not find the run yet is taken again soon', async () => {
		const agent = await newAgent({}, { runningMs: 100 });
		const waiting = rows('run', 'start', {
			...startOf(agent),
			options: { pollInterval: 60 },
		});
		const id = await runWith(agent);
		await control.fault({ kind: 'status', status: 404, match: { path: `/${id}/$` }, times: 4 });

		expect((await waiting)[0].status).toBe('completed');
		expect((await looksAt(id)).filter(({ status }) => status === 404)).toHaveLength(4);
	});

	test.concurrent(
		'at a run that is not found for a while gives it up, by name',
		async () => {
			const agent = await newAgent({}, NEVER);
			const waiting = failureOf(execute('run', 'start', startOf(agent)));
			const id = await runWith(agent);
			await control.fault({
				kind: 'status',
				status: 404,
				match: { path: `/${id}/$` },
				times: null,
			});
			const { message, description } = await waiting;

			expect(message).toMatch(new RegExp(`while waiting for run ${id}`));
			expect(description).toMatch(/does not know the run yet.* may be running all the same/);
			const looks = (await looksAt(id)).filter(({ status }) => status === 404);
			expect(looks.length).toBeGreaterThan(8);
			expect(looks[looks.length - 1].at - looks[0].at).toBeGreaterThan(12_000);
		},
		40_000,
	);

	test.concurrent('at a run that is not found ends at Max Wait, and with a stop', async () => {
		const agent = await newAgent({}, NEVER);
		const stop = new AbortController();
		const startWith = (key: string, options: INodeParameters) => ({
			...startOf(agent, key),
			options,
		});
		const late = failureOf(execute('run', 'start', startWith('lagging-late', { maxWait: 2 })));
		const returned = rows(
			'run',
			'start',
			startWith('lagging-return', { maxWait: 2, onMaxWait: 'return' }),
		);
		const stopped = failureOf(
			execute('run', 'start', startWith('lagging-stop', {}), { signal: stop.signal }),
		);
		for (const key of ['lagging-late', 'lagging-return', 'lagging-stop']) {
			const match = { method: 'GET', path: `/${await runWith(key)}/$` };
			await control.fault({ kind: 'status', status: 404, match, times: null });
		}
		setTimeout(() => stop.abort(), 1000);

		expect(await late).toMatchObject({
			message: expect.stringMatching(/while waiting for run/),
			description: expect.stringMatching(/does not know the run yet/),
		});
		expect((await returned)[0]).toMatchObject({ status: 'pending' });
		expect((await stopped).message).toMatch(/^The execution was stopped/);
	});

	test.concurrent('at a run that has only just been started elsewhere is taken again', async () => {
		const run = await newRun();
		await control.fault({ kind: 'status', status: 404, match: { path: `/${run}/$` }, times: 2 });

		expect((await rows('run', 'wait', { run: byId(run) }))[0].status).toBe('completed');
	});
});

describe('Stop', () => {
	/** Starts a run that never ends, stops the execution, and answers how it ended and what is left. */
	async function stopped(options: IDataObject, before?: (agent: string) => Promise<unknown>) {
		const agent = await newAgent({}, NEVER);
		const stop = new AbortController();
		const waiting = failureOf(
			execute(
				'run',
				'start',
				{ ...startOf(agent), options: options as INodeParameters },
				{ signal: stop.signal },
			),
		);
		const id = await runWith(agent);
		await before?.(id);
		const at = Date.now();
		stop.abort();
		const { message } = await waiting;
		return { id, message, took: Date.now() - at, at };
	}

	test.concurrent('cancels the run and looks no further', async () => {
		const { id, message, took, at } = await stopped({ pollInterval: 60 });

		expect(message).toBe(`The execution was stopped; run ${id}: it was cancelled`);
		expect(took).toBeLessThan(10_000);
		expect(await statusOf(id)).toBe('cancelled');
		await until(async () => Date.now() > at + 1500);
		expect((await looksAt(id)).filter((look) => look.at > at + 200)).toEqual([]);
	});

	test.concurrent('leaves the run where the options say so', async () => {
		const { id, message } = await stopped({ cancelOnStop: false });

		expect(message).toBe(`The execution was stopped; run ${id}: it continues`);
		expect(await statusOf(id)).toBe('running');
	});

	test.concurrent('does not wait for a look that hangs', async () => {
		const { id, took } = await stopped({}, async (run) => {
			await control.fault({ kind: 'silence', match: { path: `/${run}/$` }, times: null });
			const seen = (await looksAt(run)).length;
			await until(async () => (await looksAt(run)).length > seen);
		});

		expect(took).toBeLessThan(10_000);
		expect(await statusOfStopped(id)).toBe('cancelled');
	});

	// The platform's own answers about this run are silenced above.
	const statusOfStopped = async (id: string) => {
		const { data: runs } = await api.get<Array<{ id: string; status: string }>>('/executions/');
		return runs.find((run) => run.id === id)?.status;
	};

	test.concurrent('says so where cancelling does not work', async () => {
		const { id, message } = await stopped({}, async (run) => {
			const match = { path: `/${run}/cancel/` };
			await control.fault({ kind: 'status', status: 403, match, body: { detail: 'Not yours.' } });
		});

		expect(message).toBe(
			`The execution was stopped; run ${id}: it may continue, because cancelling it did not work: FlyMyAI: Not yours.`,
		);
	});

	test.concurrent('cancels a run too whose start is answered afterwards', async () => {
		const agent = await newAgent({}, NEVER);
		const match = { path: `/${agent}/run-loop/` };
		await control.fault({ kind: 'latency', ms: 800, match });
		const stop = new AbortController();
		const waiting = failureOf(execute('run', 'start', startOf(agent), { signal: stop.signal }));
		await until(async () => (await sent(new RegExp(match.path))).length === 1);
		stop.abort();
		await waiting;

		expect(await statusOf(await runWith(agent))).toBe('cancelled');
		expect(await sent(new RegExp(match.path))).toHaveLength(1);
	});

	test.concurrent('cancels every run of many items and starts no more', async () => {
		const agent = await newAgent({}, NEVER);
		const stop = new AbortController();
		const waiting = failureOf(
			execute(
				'run',
				'start',
				{ ...startOf(agent), options: { parallelRuns: 3 } },
				{ items: Array.from({ length: 8 }, () => ({})), signal: stop.signal },
			),
		);
		await until(async () => (await runsWith(agent)).length === 3);
		stop.abort();
		await waiting;

		expect((await runsWith(agent)).map(({ status }) => status)).toEqual([
			'cancelled',
			'cancelled',
			'cancelled',
		]);
	});

	test.concurrent.each(['compile', 'freeze'])('lets a %s go on', async (operation) => {
		const agent = await newAgent({}, { compileMs: 60_000 });
		const run = await newRun({ agent });
		const stop = new AbortController();
		const waiting = failureOf(
			execute('compilation', operation, { run: byId(run) }, { signal: stop.signal }),
		);
		await until(async () => (await sent(new RegExp(`/${run}/`))).length === 1);
		stop.abort();

		expect((await waiting).message).toMatch(
			/^The execution was stopped; compilation cmp-\S+: it continues$/,
		);
	});

	test.concurrent('never cancels a run that was started elsewhere', async () => {
		const agent = await newAgent({}, NEVER);
		const { data: run } = await api.post(`/tasks/${agent}/run-loop/`, { variables: {} });
		const stop = new AbortController();
		const waiting = failureOf(
			execute('run', 'wait', { run: byId(run.id) }, { signal: stop.signal }),
		);
		await until(async () => (await looksAt(run.id)).length > 0);
		stop.abort();
		await waiting;

		expect(await statusOf(run.id)).toBe('running');
	});

	test.concurrent('ends a request that is under way', async () => {
		const agent = await newAgent();
		await control.fault({ kind: 'silence', match: { method: 'GET', path: `/tasks/${agent}/` } });
		const stop = new AbortController();
		const asking = failureOf(
			execute('agent', 'get', { agent: byId(agent) }, { signal: stop.signal }),
		);
		await until(async () => (await sent(new RegExp(`/tasks/${agent}/`))).length === 1);
		const at = Date.now();
		stop.abort();

		expect((await asking).message).toBe('The execution was stopped');
		expect(Date.now() - at).toBeLessThan(10_000);
	});
});
