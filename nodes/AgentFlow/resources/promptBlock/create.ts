import { defined, type Json } from '../../../shared/json';
import { listed } from '../../fields';
import { createdPromptBlockSchema } from '../../schemas';
import { operation } from '../../session';

export const create = operation({
	value: 'create',
	name: 'Create',
	action: 'Create a prompt block',
	description: 'Make a static text that agents are told beside a message',
	parameters: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. house_style',
			description: 'What to call the block',
		},
		{
			displayName: 'Body',
			name: 'body',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Answer in two sentences at most.',
			description: 'What it says',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Agents',
					name: 'agents',
					type: 'string',
					default: '',
					placeholder: 'e.g. MainAgent, EmailsAgent',
					description: 'Names of the agents it is for, separated by commas',
				},
				{
					displayName: 'Description',
					name: 'description',
					type: 'string',
					default: '',
					description: 'What it is for',
				},
				{
					displayName: 'Enabled',
					name: 'enabled',
					type: 'boolean',
					default: true,
					description: 'Whether agents are told it',
				},
				{
					displayName: 'Message',
					name: 'message',
					type: 'options',
					options: [
						{ name: 'System', value: 'system' },
						{ name: 'User', value: 'user' },
					],
					default: 'system',
					description: 'Into which message it goes',
				},
				{
					displayName: 'Mode',
					name: 'mode',
					type: 'options',
					options: [
						{ name: 'Cached', value: 'cached' },
						{ name: 'Real Time', value: 'real_time' },
					],
					default: 'cached',
					description: 'Whether it is worked out again each time',
				},
				{
					displayName: 'Order',
					name: 'order',
					type: 'number',
					default: 0,
					description: 'Blocks with lower numbers come first',
				},
				{
					displayName: 'Scope',
					name: 'scope',
					type: 'options',
					options: [
						{ name: 'Conversation', value: 'conversation' },
						{ name: 'Turn', value: 'turn' },
					],
					default: 'conversation',
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
					displayName: 'Time to Live (Seconds)',
					name: 'ttl',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 60,
					description: 'How long a cached text is kept',
				},
			],
		},
	],
	output: createdPromptBlockSchema,
	async execute({ name, body, additionalFields }, { session }) {
		const { agents, tags, description, ...fields } = additionalFields;
		// Contract: only static blocks can be made by the API.
		const block = {
			name,
			body,
			type: 'static',
			...fields,
			description: description || undefined,
			agents: listed(agents),
			tags: listed(tags),
		};
		return await session.api.promptBlocks.create(defined(block) as { [key: string]: Json });
	},
});
