// Whatever an expression gives for a field, of every operation of every node: the request that was
// meant, or an error that names the field and the item. Never a crash, never another request.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type {
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';
import { AgentFlowApi } from '../../credentials/AgentFlowApi.credentials.ts';
import { FlowMaestroApi } from '../../credentials/FlowMaestroApi.credentials.ts';
import { FlyMyAiApi } from '../../credentials/FlyMyAiApi.credentials.ts';
import { PyFlueApi } from '../../credentials/PyFlueApi.credentials.ts';
import { AgentFlow } from '../../nodes/AgentFlow/AgentFlow.node.ts';
import { resources as agentFlow } from '../../nodes/AgentFlow/resources/index.ts';
import { FlowMaestro } from '../../nodes/FlowMaestro/FlowMaestro.node.ts';
import { resources as flowMaestro } from '../../nodes/FlowMaestro/resources/index.ts';
import { FlyMyAi } from '../../nodes/FlyMyAi/FlyMyAi.node.ts';
import { resources as flyMyAi } from '../../nodes/FlyMyAi/resources/index.ts';
import { PyFlue } from '../../nodes/PyFlue/PyFlue.node.ts';
import { resources as pyFlue } from '../../nodes/PyFlue/resources/index.ts';
import { requestOptionsField } from '../../nodes/shared/form/fields.ts';
import { executeNode, registerCredentialTypes } from '../support/n8n.mts';
import { startRecorder } from '../support/recorder.mts';
import type { Recorder, Routes } from '../support/recorder.mts';

/** Another one each time; `SEED=<the one of a failure>` gives the same sample, `KINDS=all` all. */
const SEED = Number(process.env.SEED ?? Date.now() % 1e9);
const AT_ONCE = process.env.KINDS === 'all' ? undefined : 3;

const UUID = '3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35';
const LONG = 'x'.repeat(1_000_000);
const HALF = 'cut \ud83d';
const NOON = '2026-05-23T12:00:00Z';

/** What expressions give, by what a person would call it. `OWN` stands for a good value of the field. */
const OWN = Symbol('own');
const kinds = {
	blank: '',
	spaces: ' \n\u00a0',
	padded: OWN,
	'JSON text': '["a", "b"]',
	'a word': 'plainly wrong',
	'a number': 5,
	null: null,
	undefined: undefined,
	NaN: NaN,
	'an object': { a: 'b' },
	'a list': ['a', 'b'],
	'1 MB of text': LONG,
	'half a character': HALF,
	__proto__name: '__proto__',
	'an object with half a character': { a: [HALF] },
} as const;
type Kind = keyof typeof kinds;
const KINDS = Object.keys(kinds) as Kind[];
const BLANKS: Kind[] = ['blank', 'spaces', 'null', 'undefined'];

interface Case {
	name: string;
	/** How errors call the field. */
	label: string;
	/** Its type, or that of the mapped field. */
	type: string;
	property: INodeProperties;
	/** What is filled in when the field holds this expression. */
	filled(expression: unknown): INodeParameters;
	/** In a collection or a mapper a blank is no value. */
	mayBeBlank: boolean;
}

const choicesOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyOptions => 'value' in option);
const innerOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodeProperties => 'type' in option);
const groupsOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyCollection => 'values' in option);

/** A value that the field takes. */
function good(property: INodeProperties, type: string = property.type): unknown {
	const { typeOptions: { minValue = 1, maxValue = 7 } = {}, name } = property;
	switch (type) {
		case 'number':
			return Math.min(Math.max(minValue, 7), maxValue);
		case 'boolean':
			return true;
		case 'options':
		case 'multiOptions': {
			const value = choicesOf(property).findLast((choice) => choice.value !== '')?.value ?? '7';
			return type === 'options' ? value : [value];
		}
		case 'json':
		case 'object':
			return { word: 'a' };
		case 'array':
			return ['word'];
		case 'dateTime':
			return NOON;
		case 'resourceLocator':
			return UUID;
		default:
			return words[name] ?? 'word';
	}
}
/** A field as an error calls it: by its label, or as "the ID of an execution". */
const named = (label: string) =>
	new RegExp(label.replace(/^API | ID$/g, '').replace(/[()]/g, '\\$&'), 'i');

/** Texts that only do in a form of their own. */
const words: Record<string, string> = {
	url: 'https://example.com/hook',
	user: UUID,
	binaryProperty: 'data',
	binaryProperties: 'data',
	execution: UUID,
	thread: UUID,
	customMcpServers: '7',
};

/** The good value as a cell or a model writes it: as text, with something around it. */
const padded = (value: unknown): string =>
	` ${typeof value === 'object' ? JSON.stringify(value) : String(value)} \n`;

/** The values that mean the same as this kind does, or nothing where it must be refused. */
function meanings({ type, property, mayBeBlank }: Case, kind: Kind): unknown[] {
	const own = good(property, type);
	const isText = type === 'string' || type === 'mapped text';
	if (kind === 'padded') return isText ? [padded(own), own] : [own];
	if (BLANKS.includes(kind))
		return mayBeBlank || !property.required
			? [undefined, '', property.default]
			: [property.default];
	const given: unknown = kinds[kind];
	switch (type) {
		case 'string':
			return typeof given === 'string' && kind !== 'half a character'
				? [given]
				: kind === 'a number'
					? ['5']
					: [];
		case 'mapped text':
			return ['NaN', 'half a character', 'an object with half a character'].includes(kind)
				? []
				: [given];
		case 'number':
			return kind === 'a number' ? [5] : [];
		case 'json':
			if (kind === 'JSON text') return [['a', 'b']];
			return ['an object', 'a list', 'a number'].includes(kind) ? [given] : [];
		case 'object':
			return kind === 'an object' ? [given] : [];
		case 'array':
			return kind === 'a list' || kind === 'JSON text' ? [['a', 'b']] : [];
		case 'dateTime':
			return kind === 'a number' ? [5] : [];
		case 'options':
			return choicesOf(property).length === 0 && typeof given !== 'object' ? [given] : [];
		case 'multiOptions':
			return choicesOf(property).length > 0 ? [] : [given, [given]];
		case 'resourceLocator':
			return typeof given === 'string' || kind === 'a number' ? [given] : [];
		default:
			return [];
	}
}

/** The fields of a form, those within others included. */
function casesOf(property: INodeProperties, above = ''): Case[] {
	const { name, type, displayName } = property;
	const path = `${above}${displayName}`;
	const asIs = { name: path, label: displayName, type, property, mayBeBlank: false };
	if (property.noDataExpression) return [];
	switch (type) {
		case 'notice':
		case 'hidden':
			return [];
		case 'collection':
			return innerOf(property).flatMap((inner) =>
				casesOf(inner, `${path} > `).map((one) => ({
					...one,
					mayBeBlank: inner.type !== 'fixedCollection',
					filled: (expression) => ({ [name]: one.filled(expression) }),
				})),
			);
		case 'fixedCollection':
			return groupsOf(property).flatMap((group) => {
				const row = Object.fromEntries(group.values.map((inner) => [inner.name, good(inner)]));
				return group.values.flatMap((inner) =>
					casesOf(inner, `${path} > `).map((one) => ({
						...one,
						filled: (expression): INodeParameters => ({
							[name]: {
								[group.name]: [{ ...row, ...one.filled(expression) }],
							} as INodeParameters,
						}),
					})),
				);
			});
		case 'resourceLocator': {
			const filled = (value: unknown) =>
				({
					[name]: { __rl: true, mode: property.modes?.at(-1)?.name ?? 'id', value },
				}) as INodeParameters;
			return [{ ...asIs, filled }];
		}
		case 'resourceMapper':
			return ['string', 'number', 'boolean', 'dateTime', 'array', 'object', 'options'].map(
				(mapped) => {
					const options = mapped === 'options' ? [{ name: 'One', value: 'one' }] : undefined;
					const field: INodeProperties = { ...property, required: false, options };
					const schema = [{ id: 'it', displayName: 'It', type: mapped, options, required: false }];
					return {
						name: `${path} (${mapped})`,
						label: 'it',
						type: mapped === 'string' ? 'mapped text' : mapped,
						property: field,
						mayBeBlank: true,
						filled: (it) =>
							({
								[name]: { mappingMode: 'defineBelow', value: { it }, schema },
							}) as INodeParameters,
					};
				},
			);
		case 'assignmentCollection':
			return ['number', 'boolean', 'array', 'object'].map((assigned) => ({
				name: `${path} (${assigned})`,
				label: displayName,
				type: assigned,
				property: { ...property, required: false },
				mayBeBlank: true,
				filled: (value) =>
					({
						[name]: { assignments: [{ id: '1', name: 'it', type: assigned, value }] },
					}) as INodeParameters,
			}));
		default:
			return [{ ...asIs, filled: (value) => ({ [name]: value }) as INodeParameters }];
	}
}

/** Everything that has to be filled in, and what shows this field. */
function around(parameters: INodeProperties[], shown: INodeProperties): INodeParameters {
	const filled: INodeParameters = {};
	for (const property of parameters) {
		if (property.required && property.default === '')
			filled[property.name] = good(property) as string;
		if (property.type === 'resourceLocator' && property.required) {
			Object.assign(filled, casesOf(property)[0].filled(UUID));
		}
	}
	let at: INodeProperties | undefined = shown;
	for (let hops = 0; at && hops < 3; hops++) {
		const show: Array<[string, unknown[] | undefined]> = Object.entries(
			at.displayOptions?.show ?? {},
		);
		for (const [name, values = []] of show) filled[name] = values[0] as string;
		const first: string | undefined = show[0]?.[0];
		at = parameters.find(({ name }) => name === first);
	}
	return filled;
}

/** What else an operation does not go without, where the field itself does not give it. */
const besides: Record<string, INodeParameters> = {
	'agent update': { updateFields: { name: 'word' } },
	'agent updateConfiguration': { updateFields: { max_turns: 3 } },
	'compilation update': { updateFields: { timezone: 'UTC' } },
	'batch submit': { fieldsToAdd: { field: [{ name: 'word', type: 'string' }] } },
	'completion enrich': { fieldsToAdd: { field: [{ name: 'word', type: 'string' }] } },
};

const inQuery = (name: string) => ({ name, in: 'query', schema: {} });
const properties = { it: {}, word: {}, a: {} };
const body = { content: { 'application/json': { schema: { type: 'object', properties } } } };
const OPENAPI = {
	openapi: '3.1.0',
	paths: {
		'/api/v1/things': {
			post: {
				operationId: UUID,
				parameters: Object.keys(properties).map(inQuery),
				requestBody: body,
			},
		},
		'/api/v1/batches/{id}/output': { get: { parameters: [] } },
		'/api/v1/batches/{id}/cancel': { post: { parameters: [] } },
	},
};

const platforms: Array<[string, INodeType, typeof agentFlow, string, object, Routes]> = [
	['FlyMyAI', new FlyMyAi(), flyMyAi as never, 'flyMyAiApi', { apiKey: 'fly-key' }, {}],
	[
		'FlowMaestro',
		new FlowMaestro(),
		flowMaestro as never,
		'flowMaestroApi',
		{ apiKey: 'fm_key' },
		{},
	],
	[
		'AgentFlow',
		new AgentFlow(),
		agentFlow,
		'agentFlowApi',
		{ accessToken: 'token' },
		{
			'GET /openapi.json': OPENAPI,
			'POST /api/v1/conversations': { conversation: { id: UUID, agent_id: UUID } },
		},
	],
	[
		'PyFlue',
		new PyFlue(),
		pyFlue as never,
		'pyFlueApi',
		{ authentication: 'none', adminPath: '/admin' },
		{},
	],
];

const binary = {
	data: {
		data: Buffer.from('Cats purr.').toString('base64'),
		mimeType: 'text/plain',
		fileName: 'a.txt',
	},
};

describe.each(platforms)('%s', (_platform, node, resources, type, credential, routes) => {
	let recorder: Recorder;

	beforeAll(async () => {
		registerCredentialTypes(
			new FlyMyAiApi(),
			new FlowMaestroApi(),
			new AgentFlowApi(),
			new PyFlueApi(),
		);
		recorder = await startRecorder(routes);
	});
	afterAll(async () => await recorder.close());

	const operations = resources.flatMap(({ value: resource, operations: all }) =>
		all.map(({ value: operation, parameters }) => ({ resource, operation, parameters })),
	);

	/** What is sent when the field holds the value, or why nothing is. */
	async function sentFor(parameters: INodeParameters, v: unknown) {
		recorder.take();
		const credentials = { [type]: { baseUrl: recorder.baseUrl, ...credential } };
		const items = [{ json: { v } as never, binary }];
		const error: unknown = await executeNode({ node, parameters, credentials, items }).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		// Ids that are made for each request.
		const ids = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
		const sent = recorder
			.take()
			.map((line) => line.replaceAll(ids, (id) => (id === UUID ? id : 'id')));
		return { sent: sent.filter((line) => !line.startsWith('GET /openapi.json')), error };
	}

	const ALL = [requestOptionsField];
	const fields = operations.flatMap(({ resource, operation, parameters }) =>
		[...parameters, ...(operation === 'getAll' ? ALL : [])].flatMap((property) =>
			casesOf(property).map(
				(one) =>
					[
						`${resource} ${operation}: ${one.name}`,
						{ resource, operation, parameters, property, one },
					] as const,
			),
		),
	);
	const samples = fc.sample(
		fc.shuffledSubarray(KINDS, {
			minLength: AT_ONCE ?? KINDS.length,
			maxLength: AT_ONCE ?? KINDS.length,
		}),
		{ seed: SEED, numRuns: fields.length },
	);

	test.each(fields.map(([name, field], index) => [name, samples[index], field] as const))(
		`%s holds %j (seed ${SEED})`,
		async (_name, sample, { resource, operation, parameters, property, one }) => {
			const needed = { ...besides[`${resource} ${operation}`], ...around(parameters, property) };
			const base = { resource, operation, ...needed };
			const form = { ...base, ...one.filled('={{ $json.v }}') };
			for (const kind of sample) {
				const given = kinds[kind] === OWN ? padded(good(one.property, one.type)) : kinds[kind];
				const { sent, error } = await sentFor(form, given);
				const words =
					error instanceof Error ? `${error.message} ${(error as NodeApiError).description}` : '';
				const shown = {
					kind,
					words: words.slice(0, 300),
					sent: sent.map((line) => line.slice(0, 300)),
				};
				if (error !== undefined) {
					const isOurs = error instanceof NodeApiError || error instanceof NodeOperationError;
					expect({ ...shown, isOurs, item: (error as NodeApiError).context?.itemIndex }).toEqual({
						...shown,
						isOurs: true,
						item: 0,
					});
				}
				// A field that shows in no request may hold what it likes.
				const unseen = (await sentFor(base, undefined)).sent;
				if (sent.length === 0) {
					const [collection] = one.name.split(' > ');
					const isNamed = [one.label, collection].some((label) => named(label).test(words));
					expect({ ...shown, isNamed }).toEqual({ ...shown, isNamed: true });
					// These are read as meant and not refused, but where a filter or an update has nothing else.
					const isBlank = BLANKS.includes(kind) && one.mayBeBlank;
					const isOnly = /^(Filters|Update Fields)$/.test(collection);
					if ((kind === 'padded' || isBlank) && !isOnly) expect(shown).toEqual('sent');
					continue;
				}
				const meant = meanings(one, kind);
				// The item that holds the value is sent as a whole.
				if (one.property.name === 'includeInputFields') continue;
				const alike = [unseen];
				for (const value of meant) alike.push((await sentFor(form, value)).sent);
				expect({ ...shown, alike: alike.some((other) => same(other, sent)) }).toEqual({
					...shown,
					alike: true,
				});
			}
		},
		30_000,
	);
});

const same = (one: string[], other: string[]): boolean =>
	JSON.stringify(one) === JSON.stringify(other);
