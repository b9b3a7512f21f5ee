// Resources Workflow and Trigger (docs/contracts/flowmaestro.md, 3.1 and 3.4).
import { describe, expect, test } from '@jest/globals';
import {
	API,
	NOBODY,
	TRIGGERS,
	WORKFLOWS,
	api,
	byId,
	control,
	execute,
	executionsOf,
	failureOf,
	jsonInputs,
	newWorkflow,
	newWorkflows,
	offered,
	rows,
	sent,
	sentLines,
	useSandbox,
	withKey,
} from './support.mts';

useSandbox();

describe('Execute', () => {
	test('waits by default and answers the outputs', async () => {
		const workflow = await newWorkflow();
		const [item] = await execute('workflow', 'execute', {
			workflow: byId(workflow),
			...jsonInputs({ text: 'Sun', n: 3 }),
		});

		expect((await sent())[0]).toMatchObject({
			method: 'POST',
			path: `${API}/workflows/${workflow}/execute`,
			body: { inputs: { text: 'Sun', n: 3 } },
		});
		expect(item).toMatchObject({
			json: {
				workflow_id: workflow,
				status: 'completed',
				inputs: { text: 'Sun', n: 3 },
				outputs: { received: { text: 'Sun', n: 3 } },
				error: null,
			},
			pairedItem: { item: 0 },
		});
	});

	test('takes inputs by name and type', async () => {
		const [execution] = await rows('workflow', 'execute', {
			workflow: byId(WORKFLOWS.leadScoring),
			inputs: {
				assignments: [
					{ id: '1', name: 'company', type: 'string', value: 'Northwind' },
					{ id: '2', name: 'employees', type: 'number', value: 900 },
				],
			},
			waitForCompletion: false,
		});

		expect((await sent())[0].body).toEqual({ inputs: { company: 'Northwind', employees: 900 } });
		expect(execution).toEqual({
			id: (await executionsOf(WORKFLOWS.leadScoring))[0].id,
			workflow_id: WORKFLOWS.leadScoring,
			status: 'pending',
			inputs: { company: 'Northwind', employees: 900 },
		});
	});

	test.each([['"text"'], ['[1, 2]'], ['7'], ['null'], ['true']])(
		'refuses %s as inputs before it is sent, because it would break every list',
		async (inputsJson) => {
			const failure = await failureOf(
				execute('workflow', 'execute', {
					workflow: byId(WORKFLOWS.leadScoring),
					specifyInputs: 'json',
					inputsJson,
				}),
			);

			expect(failure.message).toBe("'Inputs (JSON)' must be a JSON object");
			expect(await sent()).toEqual([]);
		},
	);

	test('names the scopes that the key lacks', async () => {
		const failure = await failureOf(
			execute(
				'workflow',
				'execute',
				{ workflow: byId(WORKFLOWS.leadScoring) },
				withKey('readOnly'),
			),
		);

		expect(failure).toMatchObject({
			httpCode: '403',
			message: 'FlowMaestro: Missing required scopes: workflows:execute',
			description: expect.stringContaining('or use a key that has them: workflows:execute.'),
		});
	});

	test('is never sent again after a fault, and says where to look', async () => {
		await control.fault({ kind: 'reset-after', match: { method: 'POST' } });
		const workflow = await newWorkflow();
		const failure = await failureOf(execute('workflow', 'execute', { workflow: byId(workflow) }));

		expect(await sentLines()).toHaveLength(1);
		expect(failure.description).toContain('look for it with Execution: Get Many');
	});

	test.each([
		['up to a hung start', 'hang', { requestOptions: { timeout: 1 } }],
		['a start that failed', 'error', {}],
	])('is sent once for %s, which may have left an execution', async (_, temporal, options) => {
		await control.post('flowmaestro/settings', { temporal });
		const workflow = await newWorkflow();
		const failure = await failureOf(
			execute('workflow', 'execute', { workflow: byId(workflow), ...options }),
		);

		expect(await sentLines()).toHaveLength(1);
		expect(await executionsOf(workflow)).toHaveLength(1);
		expect(failure.description).toContain('It may have started all the same');
	});

	test('says why a workflow without nodes does not start', async () => {
		const failure = await failureOf(
			execute('workflow', 'execute', { workflow: byId(WORKFLOWS.emptyDraft) }),
		);

		expect(failure.message).toContain('No executable nodes found for workflow: Empty Draft');
	});
});

test('Get answers the inputs that FlowMaestro shows', async () => {
	const [workflow] = await rows('workflow', 'get', { workflow: byId(WORKFLOWS.leadScoring) });

	expect(workflow).toMatchObject({
		name: 'Lead Scoring',
		inputs: { 'input-company': { label: 'Company', required: true } },
	});
});

test("Get of a teammate's workflow says that only its owner's key may", async () => {
	const failure = await failureOf(
		execute('workflow', 'get', { workflow: byId(WORKFLOWS.teamNewsletter) }),
	);

	expect(failure).toMatchObject({ httpCode: '404' });
	expect(failure.description).toContain("a teammate's trigger can be executed");
});

describe.each([
	['workflow', 'workflows'],
	['trigger', 'triggers'],
])('Get Many of %ss', (resource, route) => {
	test('is the list of the wire', async () => {
		const listed = (await api.get(`/${route}`, { params: { per_page: 100 } })).data.data;

		expect(await rows(resource, 'getAll')).toEqual(listed);
		expect(await rows(resource, 'getAll', { limit: 2 })).toEqual(listed.slice(0, 2));
	});
});

describe('Return All', () => {
	const all = async () => await rows('workflow', 'getAll', { returnAll: true });
	const pages = async () => (await sent()).map(({ path }) => path.replace(/^[^?]*\?/, ''));

	test('goes on while the server says has_next', async () => {
		await newWorkflows(230);
		const ids = (await all()).map(({ id }) => id);

		expect(new Set(ids).size).toBe(237);
		expect(await pages()).toEqual([1, 2, 3].map((page) => `page=${page}&per_page=100`));
	});

	test('goes on while the server says has_more', async () => {
		await control.post('flowmaestro/settings', { hasMore: true });
		await newWorkflows(130);

		expect(await all()).toHaveLength(137);
	});

	test.each([
		['full', 100, 137],
		['short', 99, 99],
	])('takes a %s page at its word where the server says neither', async (_, size, expected) => {
		await newWorkflows(130);
		const { data } = (await api.get('/workflows', { params: { per_page: size } })).data;
		await control.fault({
			kind: 'status',
			status: 200,
			body: { data, pagination: { page: 1, per_page: 100 } },
		});

		expect(await all()).toHaveLength(expected);
	});
});

describe('Trigger: Execute', () => {
	test('starts its workflow and waits', async () => {
		const [execution] = await rows('trigger', 'execute', {
			trigger: byId(TRIGGERS.leads),
			...jsonInputs({ company: 'Contoso', employees: 400 }),
		});

		expect((await sent())[0].path).toBe(`${API}/triggers/${TRIGGERS.leads}/execute`);
		expect(execution).toMatchObject({
			workflow_id: WORKFLOWS.leadScoring,
			status: 'completed',
			outputs: { company: 'Contoso', score: 40, tier: 'warm' },
		});
	});

	test("of a teammate's workflow waits by the workflow's list, the one place that shows it", async () => {
		const [execution] = await rows('trigger', 'execute', {
			trigger: byId(TRIGGERS.newsletter),
			...jsonInputs({ topic: 'Sun' }),
		});

		expect(execution).toMatchObject({
			workflow_id: WORKFLOWS.teamNewsletter,
			status: 'completed',
			outputs: { received: { topic: 'Sun' } },
		});
		const failure = await failureOf(
			execute('execution', 'get', { execution: String(execution.id) }),
		);
		expect(failure).toMatchObject({ httpCode: '404' });
	});

	test('says that a disabled trigger is', async () => {
		const failure = await failureOf(
			execute('trigger', 'execute', { trigger: byId(TRIGGERS.disabled) }),
		);

		expect(failure.message).toBe('FlowMaestro: Trigger is not enabled');
		expect(failure.description).toMatch(/^Enable the trigger in FlowMaestro/);
	});
});

describe('the pickers', () => {
	test('show workflows by name and description', async () => {
		expect(await offered('searchWorkflows', { filter: 'lead' })).toEqual([
			{
				name: 'Lead Scoring',
				value: WORKFLOWS.leadScoring,
				description: expect.stringContaining('Scores a lead'),
			},
		]);
	});

	test('mark a disabled trigger', async () => {
		expect((await offered('searchTriggers', { filter: 'night' })).map(({ name }) => name)).toEqual([
			'Every night (disabled)',
		]);
	});
});

test('an unknown id is a 404 with the words of the platform', async () => {
	const failure = await failureOf(execute('workflow', 'get', { workflow: byId(NOBODY) }));

	expect(failure).toMatchObject({
		httpCode: '404',
		message: `FlowMaestro: Workflow with id '${NOBODY}' not found`,
	});
});
