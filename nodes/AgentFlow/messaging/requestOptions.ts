import { defined, type Json } from '../../shared/json';
import { fields, objectOf, type Values } from '../../shared/form/parameters';
import { listed, modelLocator } from '../fields';

type JsonObject = { [key: string]: Json };

const collection = { type: 'collection', placeholder: 'Add Option', default: {} } as const;

/** The options that a run's request takes, in groups (contract: Run). Only what is set is sent. */
export const requestOptionFields = fields([
	{
		...collection,
		displayName: 'Model and Sampling',
		name: 'sampling',
		options: [
			{
				displayName: 'Frequency Penalty',
				name: 'frequency_penalty',
				type: 'number',
				typeOptions: { minValue: -2, maxValue: 2, numberPrecision: 2 },
				default: 0,
				description: 'How much to avoid words that came often already',
			},
			{
				displayName: 'Image Detail',
				name: 'image_detail',
				type: 'string',
				default: '',
				placeholder: 'e.g. high',
				description: 'How closely the model looks at images',
			},
			{
				displayName: 'Max Tokens',
				name: 'max_tokens',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 1024,
				description: 'How long the answer may become',
			},
			modelLocator,
			{
				displayName: 'Presence Penalty',
				name: 'presence_penalty',
				type: 'number',
				typeOptions: { minValue: -2, maxValue: 2, numberPrecision: 2 },
				default: 0,
				description: 'How much to avoid words that came at all already',
			},
			{
				displayName: 'Reasoning Effort',
				name: 'reasoning_effort',
				type: 'string',
				default: '',
				placeholder: 'e.g. medium',
				description: 'How long the model thinks; Model: Get Many shows what each model supports',
			},
			{
				displayName: 'Reasoning Summary',
				name: 'reasoning_summary',
				type: 'string',
				default: '',
				placeholder: 'e.g. auto',
				description: 'How the model sums up what it has thought',
			},
			{
				displayName: 'Temperature',
				name: 'temperature',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
				default: 0.7,
				description: 'Lower values make answers alike, higher ones make them varied',
			},
			{
				displayName: 'Top P',
				name: 'top_p',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
				default: 1,
				description: 'From how much of all likely words the model chooses',
			},
		],
	},
	{
		...collection,
		displayName: 'Knowledge and Retrieval',
		name: 'retrieval',
		options: [
			{
				displayName: 'Enable Query Rewrite',
				name: 'enable_query_rewrite',
				type: 'boolean',
				default: true,
				description: 'Whether to reword the message before it is searched for',
			},
			{
				displayName: 'Knowledge Base Names or IDs',
				name: 'knowledge_bases',
				type: 'multiOptions',
				typeOptions: { loadOptionsMethod: 'getKnowledgeBases' },
				default: [],
				description:
					'What the agent may look things up in. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
			},
			{
				displayName: 'Number of Passages',
				name: 'top_k',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 5,
				description: 'How many passages are found at most',
			},
			{
				displayName: 'Other Retrieval Options',
				name: 'retrieval_options',
				type: 'json',
				default: '{}',
				description: 'More retrieval options of your instance, as a JSON object',
			},
			{
				displayName: 'Search Type',
				name: 'search_type',
				type: 'options',
				options: [
					{ name: 'Hybrid', value: 'hybrid', description: 'By meaning and by words' },
					{ name: 'Keyword', value: 'keyword', description: 'By words' },
					{ name: 'Semantic', value: 'semantic', description: 'By meaning' },
				],
				default: 'hybrid',
				description: 'How passages are found',
			},
		],
	},
	{
		...collection,
		displayName: 'Memory',
		name: 'memory',
		options: [
			{
				displayName: 'Archival Limit',
				name: 'archival_limit',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 10,
				description: 'How many lines of archival memory are recalled at most',
			},
			{
				displayName: 'Archival Min Score',
				name: 'archival_min_score',
				type: 'number',
				typeOptions: { numberPrecision: 2 },
				default: 0,
				description: 'How well a line of archival memory must fit to be recalled',
			},
			{
				displayName: 'Archival Mode',
				name: 'archival_mode',
				type: 'options',
				options: [
					{ name: 'Automatic', value: 'auto', description: 'Recall what fits before the answer' },
					{ name: 'Off', value: 'off', description: 'Recall nothing' },
					{ name: 'Tool Only', value: 'tool_only', description: 'When the agent asks for it' },
				],
				default: 'tool_only',
				description: 'When archival memory is recalled',
			},
			{
				displayName: 'Include Agent Core Memory',
				name: 'include_agent_core',
				type: 'boolean',
				default: true,
				description: "Whether the agent sees the agent's core memory",
			},
			{
				displayName: 'Include User Core Memory',
				name: 'include_user_core',
				type: 'boolean',
				default: true,
				description: "Whether the agent sees the user's core memory",
			},
		],
	},
	{
		...collection,
		displayName: 'Context',
		name: 'context',
		options: [
			{
				displayName: 'Attachment IDs',
				name: 'attachment_ids',
				type: 'string',
				default: '',
				placeholder: 'e.g. att_1, att_2',
				description:
					'Files the agent gets with the message, separated by commas. Upload them with API Operation: Call.',
			},
			{
				displayName: 'Context References',
				name: 'context_refs',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Reference',
				default: {},
				description: 'Things in other systems that the message is about',
				options: [
					{
						displayName: 'Reference',
						name: 'reference',
						values: [
							{
								displayName: 'System',
								name: 'system',
								type: 'string',
								default: '',
								required: true,
								placeholder: 'e.g. crm',
								description: 'The system that holds it',
							},
							{
								displayName: 'Type',
								name: 'type',
								type: 'string',
								default: '',
								required: true,
								placeholder: 'e.g. customer',
								description: 'What kind of thing it is',
							},
							{
								displayName: 'ID',
								name: 'id',
								type: 'string',
								default: '',
								required: true,
								placeholder: 'e.g. 1002',
								description: 'Its ID in that system',
							},
						],
					},
				],
			},
			{
				displayName: 'Prompt Blocks',
				name: 'prompt_blocks',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Prompt Block',
				default: {},
				description: 'Texts that the agent is told beside the message',
				options: [
					{
						displayName: 'Prompt Block',
						name: 'block',
						values: [
							{
								displayName: 'Body',
								name: 'body',
								type: 'string',
								default: '',
								required: true,
								placeholder: 'e.g. Answer in two sentences at most.',
								description: 'What it says',
							},
							{
								displayName: 'Description',
								name: 'description',
								type: 'string',
								default: '',
								description: 'What it is for',
							},
							{
								displayName: 'Message',
								name: 'message',
								type: 'options',
								options: [
									{
										name: 'Default',
										value: '',
									},
									{
										name: 'System',
										value: 'system',
									},
									{
										name: 'User',
										value: 'user',
									},
								],
								default: '',
								description: 'Into which message it goes',
							},
							{
								displayName: 'Mode',
								name: 'mode',
								type: 'options',
								options: [
									{
										name: 'Cached',
										value: 'cached',
									},
									{
										name: 'Default',
										value: '',
									},
									{
										name: 'Real Time',
										value: 'real_time',
									},
								],
								default: '',
								description: 'Whether it is worked out again each time',
							},
							{
								displayName: 'Name',
								name: 'name',
								type: 'string',
								default: '',
								required: true,
								placeholder: 'e.g. house_style',
								description: 'What the block is called',
							},
							{
								displayName: 'Scope',
								name: 'scope',
								type: 'options',
								options: [
									{
										name: 'Conversation',
										value: 'conversation',
									},
									{
										name: 'Default',
										value: '',
									},
									{
										name: 'Turn',
										value: 'turn',
									},
								],
								default: '',
								description: 'How long it holds',
							},
							{
								displayName: 'Tags',
								name: 'tags',
								type: 'string',
								default: '',
								placeholder: 'e.g. style, support',
								description: 'Separated by commas',
							},
							{
								displayName: 'Type',
								name: 'type',
								type: 'options',
								options: [
									{
										name: 'Default',
										value: '',
									},
									{
										name: 'Dynamic',
										value: 'dynamic',
									},
									{
										name: 'Static',
										value: 'static',
									},
								],
								default: '',
								description: 'Whether it is text or code of the server',
							},
						],
					},
				],
			},
			{
				displayName: 'Session Context',
				name: 'session_context',
				type: 'json',
				default: '{}',
				description: 'What else the agent should know of the session, as a JSON object',
			},
		],
	},
	{
		...collection,
		displayName: 'Behavior',
		name: 'behaviour',
		options: [
			{
				displayName: 'Artifacts',
				name: 'artifacts',
				type: 'string',
				default: '',
				placeholder: 'e.g. document, table',
				description: 'What the agent may make, separated by commas',
			},
			{
				displayName: 'Client Time Zone',
				name: 'client_timezone',
				type: 'string',
				default: '',
				placeholder: 'e.g. Europe/Berlin',
				description: 'Where the user is, as an IANA time zone',
			},
			{
				displayName: 'Enable Planning',
				name: 'enable_planning',
				type: 'boolean',
				default: true,
				description: 'Whether the agent makes a plan first',
			},
			{
				displayName: 'Enable Reflection',
				name: 'enable_reflection',
				type: 'boolean',
				default: true,
				description: 'Whether the agent looks over its own answer',
			},
			{
				displayName: 'Max Turns',
				name: 'max_turns',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 10,
				description: 'How often the agent may call tools and think again',
			},
			{
				displayName: 'Selected Tools',
				name: 'selected_tools',
				type: 'string',
				default: '',
				placeholder: 'e.g. lookup_order, send_email',
				description: 'The only tools the agent may use, separated by commas',
			},
			{
				displayName: 'Skills',
				name: 'skills',
				type: 'string',
				default: '',
				description: 'Skills the agent gets, separated by commas',
			},
			{
				displayName: 'Verbose',
				name: 'verbose',
				type: 'boolean',
				default: true,
				description:
					'Whether AgentFlow tells of the work of tools and subagents; only then the output holds their calls',
			},
		],
	},
	{
		...collection,
		displayName: 'Source',
		name: 'source',
		options: [
			{
				displayName: 'Call ID',
				name: 'call_id',
				type: 'string',
				default: '',
				description: 'An ID of your own for the run',
			},
			{
				displayName: 'Message ID',
				name: 'message_id',
				type: 'string',
				default: '',
				description:
					'An ID of your own for the message. AgentFlow answers a message that it has got already with the run it has, and starts none.',
			},
			{
				displayName: 'Source',
				name: 'source',
				type: 'string',
				default: '',
				placeholder: 'e.g. crm',
				description: 'Where the message comes from',
			},
			{
				displayName: 'Source ID',
				name: 'source_id',
				type: 'string',
				default: '',
				description: 'Which thing of the source it belongs to',
			},
			{
				displayName: 'Source Metadata',
				name: 'source_metadata',
				type: 'json',
				default: '{}',
				description: 'What else there is to say of the source, as a JSON object',
			},
		],
	},
]);

/** Without what the user left empty. */
const filled = (values: object): JsonObject =>
	Object.fromEntries(
		Object.entries(defined(values as JsonObject)).filter(([, value]) => value !== ''),
	) as JsonObject;

const orNone = (object: JsonObject): JsonObject | undefined =>
	Object.keys(object).length > 0 ? object : undefined;

/**
 * The options as the request's body has them.
 *
 * @throws PlatformError naming the field that should hold a JSON object and does not
 */
export function requestOptionsOf(values: Values<typeof requestOptionFields>): JsonObject {
	const { sampling, retrieval, memory, context, behaviour, source } = values;
	const { top_k, search_type, retrieval_options, knowledge_bases, ...lookup } = retrieval;
	const { call_id, source: origin, source_id, source_metadata } = source;
	return filled({
		...sampling,
		...lookup,
		knowledge_bases: knowledge_bases?.length ? knowledge_bases : undefined,
		retrieval_options: orNone({
			...objectOf(retrieval_options, 'Other Retrieval Options'),
			...filled({ top_k, search_type }),
		}),
		memory_policy: orNone(filled(memory)),
		attachment_ids: listed(context.attachment_ids),
		context_refs: context.context_refs?.reference.length
			? context.context_refs.reference
			: undefined,
		prompt_blocks: context.prompt_blocks?.block.length
			? context.prompt_blocks.block.map(({ tags, ...block }) =>
					filled({ ...block, tags: listed(tags) }),
				)
			: undefined,
		session_context: orNone(objectOf(context.session_context, 'Session Context')),
		...behaviour,
		artifacts: listed(behaviour.artifacts),
		selected_tools: listed(behaviour.selected_tools),
		skills: listed(behaviour.skills),
		verbose: behaviour.verbose ?? true,
		call_id,
		source: origin,
		source_id,
		source_metadata: orNone(objectOf(source_metadata, 'Source Metadata')),
	});
}
