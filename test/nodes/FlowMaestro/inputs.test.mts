// The inputs of an execution: from the workflow's schema, where it has one, and by name (contract 0.10, 7).
import { describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import {
	NOBODY,
	TRIGGERS,
	WORKFLOWS,
	byId,
	control,
	drawn,
	execute,
	failureOf,
	run,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

const SCHEMA = {
	type: 'object',
	properties: {
		topic: { type: 'string', title: 'Topic' },
		pages: { type: 'integer' },
		tone: { enum: ['formal', 'casual'] },
	},
	required: ['topic'],
};
const describeInputs = async () =>
	await control.post(`flowmaestro/workflows/${WORKFLOWS.leadScoring}/schema`, SCHEMA);
const workflow = byId(WORKFLOWS.leadScoring);
const ofTrigger = { resource: 'trigger', operation: 'execute' };
const quickly = { waitForCompletion: false };

/** The mapper as the editor stores it. */
const mapped = async (value: INodeParameters): Promise<INodeParameters> => ({
	mappingMode: 'defineBelow',
	value,
	schema: (await drawn('getWorkflowInputs', { workflow })).fields as never,
});
const inputsSent = async () =>
	(await sent(/execute$/)).map(({ body }) => (body as { inputs: unknown }).inputs);

describe.each([
	['getWorkflowInputs', { workflow }],
	['getTriggerInputs', { ...ofTrigger, trigger: byId(TRIGGERS.leads) }],
])('%s', (method, parameters) => {
	test('draws the fields of a schema', async () => {
		await describeInputs();

		expect((await drawn(method, parameters)).fields).toMatchObject([
			{ id: 'topic', displayName: 'Topic', required: true, type: 'string' },
			{ id: 'pages', required: false, type: 'number' },
			{ id: 'tone', type: 'options' },
		]);
	});

	test('tells what the backend does, where there is no schema', async () => {
		const { fields, emptyFieldsNotice } = await drawn(method, parameters);

		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toMatch(
			/without their names: .+ \((text|number|\w+), required\).*Input Name/,
		);
	});
});

test.each([
	['no workflow', 'getWorkflowInputs', {}, /^Pick a workflow first/],
	['no trigger', 'getTriggerInputs', ofTrigger, /^Pick a trigger first/],
	['one that is not there', 'getWorkflowInputs', { workflow: byId(NOBODY) }, /does not describe/],
	[
		'one that is not there',
		'getTriggerInputs',
		{ ...ofTrigger, trigger: byId(NOBODY) },
		/does not describe/,
	],
])('with %s picked %s says what to do', async (_, method, parameters, notice) => {
	expect((await drawn(method, parameters)).emptyFieldsNotice).toMatch(notice);
});

test('what is filled in goes out, with what is added by name', async () => {
	await describeInputs();
	const parameters = {
		workflow,
		...quickly,
		workflowInputs: await mapped({ topic: 'Sun', pages: '3', tone: '' }),
		inputs: { assignments: [{ id: '1', name: 'extra', type: 'string', value: 'x' }] },
	};
	await execute('workflow', 'execute', parameters);

	expect(await inputsSent()).toEqual([{ topic: 'Sun', pages: 3, extra: 'x' }]);
});

test('a required input that is blank is named', async () => {
	await describeInputs();
	const failure = await failureOf(
		execute('workflow', 'execute', {
			workflow,
			...quickly,
			workflowInputs: await mapped({ topic: ' ' }),
		}),
	);

	expect(failure.message).toBe("'topic' is required");
	expect(await inputsSent()).toEqual([]);
});

test('what a hand-made workflow gives beside its stored form goes out where it is taken', async () => {
	await describeInputs();
	const stored = await mapped({ topic: 'Sun', tone: 'formal', company: 'Acme' });
	const [topic] = stored.schema as never[];
	const { hints } = await run('workflow', 'execute', {
		workflow,
		...quickly,
		workflowInputs: { ...stored, schema: [topic] },
	});

	expect(await inputsSent()).toEqual([{ topic: 'Sun', tone: 'formal' }]);
	expect(hints.map(({ message }) => message)).toEqual([
		'The workflow takes no such inputs, so these values were left out: company',
	]);
});

test('a workflow that was saved without those fields runs as before', async () => {
	const inputs = { assignments: [{ id: '1', name: 'lead', type: 'string', value: 'Ada' }] };
	await execute('workflow', 'execute', { workflow, ...quickly, inputs });
	await execute('trigger', 'execute', { trigger: byId(TRIGGERS.leads), ...quickly, inputs });

	expect(await inputsSent()).toEqual([{ lead: 'Ada' }, { lead: 'Ada' }]);
});
