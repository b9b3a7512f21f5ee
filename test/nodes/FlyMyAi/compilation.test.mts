// Resource Compilation (docs/contracts/flymyai.md, Compilations).
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	API,
	FAILED_RUN,
	PAST_RUN,
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newCompilation,
	newRun,
	offered,
	rows,
	sent,
	sentLines,
	statusOf,
	useSandbox,
} from './support.mts';

useSandbox();

let agent: string;
let run: string;

beforeEach(async () => {
	await control.reset();
	agent = await newAgent({ name: 'Reporter' });
	run = await newRun({ agent, variables: { topic: 'Sun' } });
});

const SIMPLE = [
	'id',
	'run_id',
	'status',
	'instruction_md',
	'script_code',
	'cron_schedule',
	'timezone',
	'result',
	'error',
	'updated_at',
];
const frozen = async () => await newCompilation('freeze-instruction', run);
const compiled = async () => await newCompilation('compile', run);

describe.each([
	['compile', 'compile', 'script_code', 'text/x-python', 'py'],
	['freeze', 'freeze-instruction', 'instruction_md', 'text/markdown', 'md'],
])('%s', (operation, route, text, mimeType, extension) => {
	test('waits for the text and can give it as a file', async () => {
		const [item] = await execute('compilation', operation, {
			run: byId(run),
			options: { binaryProperty: 'file' },
		});

		expect((await sentLines())[0]).toBe(`POST ${API}/compilations/${route}/${run}/`);
		expect(Object.keys(item.json)).toEqual(SIMPLE);
		expect(item.json).toMatchObject({ run_id: run, status: 'compiled' });
		expect(item.json[text]).toContain(run);
		expect(item.pairedItem).toEqual({ item: 0 });
		const { data, ...file } = item.binary?.file ?? { data: '' };
		expect(Buffer.from(data, 'base64').toString()).toBe(item.json[text]);
		expect(file).toMatchObject({
			fileName: `${String(item.json.id)}.${extension}`,
			mimeType,
			fileExtension: extension,
		});
	});

	test('waits for one that is not found at first', async () => {
		const match = { method: 'GET', path: '/compilations/' };
		await control.fault({ kind: 'status', status: 404, match, times: 3 });
		const [done] = await rows('compilation', operation, { run: byId(run) });

		expect(done.status).toBe('compiled');
		expect((await sent(/compilations/)).filter(({ status }) => status === 404)).toHaveLength(3);
	});

	test('goes on at once without waiting', async () => {
		const [raw] = await rows('compilation', operation, {
			run: byId(run),
			waitForCompletion: false,
			simplify: false,
		});

		expect(raw).toMatchObject({ execution: run, status: 'pending' });
		expect(await sentLines()).toHaveLength(1);
	});

	test('fails for a run that did not complete', async () => {
		const failure = await failureOf(execute('compilation', operation, { run: byId(FAILED_RUN) }));

		expect(failure.message).toMatch(/Only a completed execution can be compiled/);
	});

	test('fails with the reason of the platform, or returns it', async () => {
		const stubborn = await newAgent({ user_prompt: 'uncompilable' });
		const parameters = { run: byId(await newRun({ agent: stubborn })) };
		const failure = await failureOf(execute('compilation', operation, parameters));
		const [returned] = await rows('compilation', operation, {
			...parameters,
			options: { onRunFailure: 'return' },
		});

		expect(failure.message).toMatch(
			/^The compilation cmp-\S+ ended as failed: The run took steps that cannot be repeated/,
		);
		expect(returned).toMatchObject({
			status: 'failed',
			error: expect.stringContaining('cannot be repeated'),
		});
	});
});

describe('Get', () => {
	test('answers the text, as a file too', async () => {
		const id = await frozen();
		const [item] = await execute('compilation', 'get', {
			compilation: byId(id),
			options: { binaryProperty: 'plan' },
		});

		expect(await sentLines()).toEqual([`GET ${API}/compilations/${id}/`]);
		expect(Object.keys(item.json)).toEqual(SIMPLE);
		expect(item.binary?.plan.fileName).toBe(`${id}.md`);
	});

	test('answers it as it is, and no file where there is no text yet', async () => {
		await control.post(`flymyai/agents/${agent}/behaviour`, { compileMs: 60_000 });
		const { id } = (await api.post(`/compilations/compile/${run}/`)).data;
		const [item] = await execute('compilation', 'get', {
			compilation: byId(id),
			simplify: false,
			options: { binaryProperty: 'plan' },
		});

		expect(item.json).toEqual((await api.get(`/compilations/${id}/`)).data);
		expect(item.binary).toBeUndefined();
	});

	test.each(['get', 'update', 'runScript', 'runInstruction'])(
		'%s of a compilation there is not says so',
		async (operation) => {
			const failure = await failureOf(
				execute('compilation', operation, {
					compilation: byId('cmp-none'),
					updateFields: { timezone: 'UTC' },
				}),
			);

			expect(failure).toMatchObject({
				httpCode: '404',
				message: expect.stringMatching(
					/^FlyMyAI: Not found \([A-Z]+ \/api\/v1\/agents\/compilations\/cmp-none\/.*\)$/,
				),
			});
		},
	);
});

test('Get Many lists them, limited or all, simple or raw', async () => {
	const first = await frozen();
	const second = await compiled();

	const limited = await rows('compilation', 'getAll', { limit: 1 });
	expect(limited.map(({ id }) => id)).toEqual([second]);
	expect(Object.keys(limited[0])).toEqual(SIMPLE);
	expect(await sentLines()).toEqual([`GET ${API}/compilations/`]);
	const all = await rows('compilation', 'getAll', { returnAll: true, simplify: false });
	expect(all.map(({ id }) => id)).toEqual([second, first]);
	expect(all).toEqual((await api.get('/compilations/')).data);
});

describe('Update', () => {
	test('changes instruction, schedule and time zone', async () => {
		const id = await frozen();
		const [changed] = await rows('compilation', 'update', {
			compilation: byId(id),
			simplify: false,
			updateFields: { instruction: '# New', schedule: '0 9 * * *', timezone: 'Europe/Berlin' },
		});

		expect((await sent())[0].body).toEqual({
			instruction_md: '# New',
			cron_schedule: '0 9 * * *',
			timezone: 'Europe/Berlin',
		});
		expect(changed).toMatchObject({ execution: run, instruction_md: '# New' });
	});

	test('clears the schedule', async () => {
		const id = await frozen();
		await api.patch(`/compilations/${id}/`, { cron_schedule: '0 9 * * *' });
		const [changed] = await rows('compilation', 'update', {
			compilation: byId(id),
			updateFields: { clearSchedule: true },
		});

		expect((await sent())[0].body).toEqual({ cron_schedule: '' });
		expect(changed.cron_schedule).toBe('');
	});

	test.each([
		[{}, "'Update Fields' is empty"],
		[{ clearSchedule: false }, "'Update Fields' is empty"],
		[
			{ clearSchedule: true, schedule: '0 9 * * *' },
			"'Schedule' and 'Clear Schedule' contradict each other",
		],
	])('refuses %j', async (updateFields, message) => {
		const failure = await failureOf(
			execute('compilation', 'update', { compilation: byId('cmp-any'), updateFields }),
		);

		expect(failure.message).toBe(message);
		expect(await sent()).toEqual([]);
	});

	test('passes on what the platform has against a schedule', async () => {
		const failure = await failureOf(
			execute('compilation', 'update', {
				compilation: byId(await frozen()),
				updateFields: { schedule: 'daily' },
			}),
		);

		expect(failure.message).toBe('FlyMyAI: cron_schedule: Invalid cron expression.');
	});
});

describe('Run Script', () => {
	test('replays the script and waits for its result', async () => {
		const id = await compiled();
		const [replayed] = await rows('compilation', 'runScript', { compilation: byId(id) });

		const [first] = await sent();
		expect(first).toMatchObject({
			method: 'POST',
			path: `${API}/compilations/${id}/run/`,
			body: null,
		});
		expect(replayed).toMatchObject({ id, status: 'completed', result: expect.any(Object) });
	});

	test('goes on at once without waiting', async () => {
		const [raw] = await rows('compilation', 'runScript', {
			compilation: byId(await compiled()),
			waitForCompletion: false,
			simplify: false,
		});

		expect(raw).toMatchObject({ execution: run, status: 'running' });
		expect(await sentLines()).toHaveLength(1);
	});

	test('fails where there is no script', async () => {
		const failure = await failureOf(
			execute('compilation', 'runScript', { compilation: byId(await frozen()) }),
		);

		expect(failure.message).toBe('FlyMyAI: This compilation has no script to run.');
	});
});

describe('Run Instruction', () => {
	test('starts a new run with fresh inputs and waits for it', async () => {
		const id = await frozen();
		const [done] = await rows('compilation', 'runInstruction', {
			compilation: byId(id),
			specifyInputs: 'json',
			inputsJson: '{ "topic": "Moon" }',
		});

		const [first] = await sent();
		expect(first.path).toBe(`${API}/compilations/${id}/run-instruction/`);
		expect(first.body).toEqual({ variables: { topic: 'Moon' } });
		expect(done).toMatchObject({ status: 'completed', variables: { topic: 'Moon' } });
		expect(done.id).not.toBe(run);
		expect(await statusOf(String(done.id))).toBe('completed');
	});

	test('takes its inputs by fields, and can go on at once', async () => {
		const [raw] = await rows(
			'compilation',
			'runInstruction',
			{
				compilation: byId(await frozen()),
				inputs: { mappingMode: 'defineBelow', value: { topic: '={{ $json.topic }}' } },
				waitForCompletion: false,
				simplify: false,
			},
			{ items: [{ topic: 'Mars' }] },
		);

		expect(raw).toMatchObject({ previous_execution: run, variables: { topic: 'Mars' } });
		expect(await sentLines()).toHaveLength(1);
	});
});

describe('the compilation picker', () => {
	test('names an instruction by its heading and a script by its run', async () => {
		const instruction = await frozen();
		const script = await compiled();

		expect(await offered('searchCompilations')).toMatchObject([
			{
				name: expect.stringMatching(new RegExp(`^Script of run ${run} \\(compiled,`)),
				value: script,
			},
			{ name: expect.stringMatching(/^Reporter \(compiled, \d{4}-/), value: instruction },
		]);
		expect(
			(await offered('searchCompilations', { filter: 'reporter' })).map(({ value }) => value),
		).toEqual([instruction]);
	});
});

test('a past run of an agent with tools can be frozen too', async () => {
	const [item] = await rows('compilation', 'freeze', { run: byId(PAST_RUN) });

	expect(item.instruction_md).toMatch(/^# Web Researcher/);
});
