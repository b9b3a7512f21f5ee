import { defined, type Json } from '../../../shared/json';
import { objectOf } from '../../../shared/form/parameters';
import { agentLocator, listed } from '../../fields';
import { asItems } from '../../output';
import { registeredToolSchema } from '../../schemas';
import { operation } from '../../session';

export const register = operation({
	value: 'register',
	name: 'Register',
	action: 'Register a tool for an agent',
	description: 'Give an agent a tool that is written in Python and runs on AgentFlow',
	parameters: [
		agentLocator,
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. lookup_order',
			description: 'The name by which the agent calls the tool',
		},
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			required: true,
			placeholder: 'e.g. Looks up where an order is',
			description: 'What the tool does: the agent decides by this when to use it',
		},
		{
			displayName: 'Function Code',
			name: 'functionCode',
			type: 'string',
			typeOptions: { rows: 8 },
			default: '',
			required: true,
			placeholder: 'e.g. def lookup_order(order_number: str) -> dict: …',
			description: 'A Python function, sync or async',
		},
		{
			displayName: 'Arguments Schema',
			name: 'argsSchema',
			type: 'json',
			default: '{}',
			description: 'JSON Schema of what the function takes',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Execution Timeout (Seconds)',
					name: 'execution_timeout',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 60,
					description: 'How long a call may take',
				},
				{
					displayName: 'Group',
					name: 'group',
					type: 'string',
					default: '',
					description: 'The group the tool belongs to',
				},
				{
					displayName: 'Other Fields',
					name: 'others',
					type: 'json',
					default: '{}',
					description: 'More fields of the tool, as a JSON object',
				},
				{
					displayName: 'Parameter Descriptions',
					name: 'param_descriptions',
					type: 'json',
					default: '{}',
					description: 'What each argument means, as a JSON object with its name as the key',
				},
				{
					displayName: 'Require Approval',
					name: 'require_approval',
					type: 'boolean',
					default: true,
					description: 'Whether somebody must approve each call',
				},
				{
					displayName: 'Secure Execution',
					name: 'secure_execution',
					type: 'boolean',
					default: true,
					description: 'Whether the code runs in a sandbox',
				},
				{
					displayName: 'Tags',
					name: 'tags',
					type: 'string',
					default: '',
					placeholder: 'e.g. orders, support',
					description: 'Separated by commas',
				},
				{
					displayName: 'Target Agent IDs',
					name: 'target_agent_ids',
					type: 'string',
					default: '',
					description: 'Other agents that get the tool too, separated by commas',
				},
			],
		},
	],
	output: registeredToolSchema,
	async execute(values, { session }) {
		const { agent, name, description, functionCode, argsSchema, additionalFields } = values;
		const { others, tags, target_agent_ids, param_descriptions, group, ...switches } =
			additionalFields;
		const schema = objectOf(argsSchema, 'Arguments Schema');
		const descriptions = objectOf(param_descriptions, 'Parameter Descriptions');
		const tool = {
			name,
			description,
			function_code: functionCode,
			args_schema: Object.keys(schema).length > 0 ? schema : undefined,
			param_descriptions: Object.keys(descriptions).length > 0 ? descriptions : undefined,
			tags: listed(tags),
			target_agent_ids: listed(target_agent_ids),
			group: group || undefined,
			...switches,
			...objectOf(others, 'Other Fields'),
		};
		return asItems(
			await session.api.tools.register(
				await session.agents.idOf(agent),
				defined(tool) as { [key: string]: Json },
			),
		);
	},
});
