import { entriesIn } from '../../../shared/form/coerce';
import type { Json } from '../../../shared/json';
import { fields, type Values } from '../../../shared/form/parameters';
import { PlatformError } from '../../../shared/errors';
import type { AgentFields } from '../../api';

/** What an agent has beside its name and goal; each is sent only when it was set. */
export const agentDetailFields = fields([
	{
		displayName: 'Custom MCP Server IDs',
		name: 'customMcpServers',
		type: 'string',
		default: '',
		placeholder: 'e.g. 3, 12',
		description: 'IDs of custom MCP servers the agent may use, separated by commas',
	},
	{
		displayName: 'Input Description',
		name: 'inputDescription',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		description: 'What the inputs are, in words',
	},
	{
		displayName: 'Input Schema',
		name: 'inputSchema',
		type: 'json',
		default:
			'{\n  "type": "object",\n  "properties": {\n    "topic": { "type": "string" }\n  },\n  "required": ["topic"]\n}',
		description: "JSON Schema of the agent's inputs; Run: Start draws its form from it",
	},
	{
		displayName: 'Output Description',
		name: 'outputDescription',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		description: 'What the output is, in words',
	},
	{
		displayName: 'Output Schema',
		name: 'outputSchema',
		type: 'json',
		default:
			'{\n  "type": "object",\n  "properties": {\n    "summary": { "type": "string" }\n  }\n}',
		description: "JSON Schema of the agent's output",
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Active', value: 'active', description: 'Can be run' },
			{ name: 'Draft', value: 'draft', description: 'Still being written' },
		],
		default: 'active',
		description: 'Whether the agent can be run yet',
	},
	{
		displayName: 'Tool Names or IDs',
		name: 'tools',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getTools' },
		default: [],
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
]);

type Details = Partial<Values<typeof agentDetailFields>>;

/** Ids the API takes as whole numbers. */
function numericIds(ids: string[], label: string, shownBy: string): number[] {
	return ids
		.map((id) => id.trim())
		.filter((id) => id !== '')
		.map((id) => {
			const number = Number(id);
			if (Number.isInteger(number)) return number;
			throw new PlatformError(`'${label}' must hold whole numbers, not '${id}'`, {
				fix: `The IDs are in the output of ${shownBy}.`,
			});
		});
}

/** The details as the API names them; what was not set stays undefined. */
export function agentDetails(details: Details): AgentFields {
	return {
		available_tools:
			details.tools && numericIds(details.tools, 'Tool Names or IDs', 'Tool: Get Many'),
		available_custom_mcp_servers:
			details.customMcpServers === undefined
				? undefined
				: numericIds(entriesIn(details.customMcpServers), 'Custom MCP Server IDs', 'Agent: Get'),
		input_schema: schemaOf(details.inputSchema, 'Input Schema'),
		input_description: details.inputDescription,
		output_schema: schemaOf(details.outputSchema, 'Output Schema'),
		output_description: details.outputDescription,
		status: details.status,
	};
}

function schemaOf(schema: Json | undefined, label: string): Json | undefined {
	if (schema === undefined || schema === null) return undefined;
	if (typeof schema === 'object' && !Array.isArray(schema)) return schema;
	throw new PlatformError(`'${label}' must be a JSON Schema, which is a JSON object`, {
		fix: 'Agent: Suggest Schema writes one from the goal.',
	});
}
