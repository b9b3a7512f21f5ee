import { hintAtPlaceholders } from '../../advice';
import { agentLocator } from '../../fields';
import { agentOutput } from '../../output';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';
import { PlatformError } from '../../../shared/errors';
import type { AgentFields } from '../../api';
import { agentDetailFields, agentDetails } from './fields';

/** How each field that may be empty is emptied (contract: Agent; only the schemas may be null). */
const EMPTY: Record<string, AgentFields> = {
	customMcpServers: { available_custom_mcp_servers: [] },
	inputDescription: { input_description: '' },
	inputSchema: { input_schema: null },
	outputDescription: { output_description: '' },
	outputSchema: { output_schema: null },
	tools: { available_tools: [] },
};

export const update = operation({
	value: 'update',
	name: 'Update',
	action: 'Update an agent',
	description: 'Change fields of an agent; what you do not set stays as it is',
	parameters: [
		agentLocator,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Clear Fields',
					name: 'clear',
					type: 'multiOptions',
					options: [
						{ name: 'Custom MCP Servers', value: 'customMcpServers' },
						{ name: 'Input Description', value: 'inputDescription' },
						{ name: 'Input Schema', value: 'inputSchema' },
						{ name: 'Output Description', value: 'outputDescription' },
						{ name: 'Output Schema', value: 'outputSchema' },
						{ name: 'Tools', value: 'tools' },
					],
					default: [],
					description: 'Fields to empty',
				},
				{
					displayName: 'Goal',
					name: 'goal',
					type: 'string',
					typeOptions: { rows: 4 },
					default: '',
					description: 'What the agent is to do',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'What to call the agent',
				},
				...agentDetailFields,
			],
		},
	],
	output: agentSchema,
	async execute({ agent, updateFields }, { session }) {
		const { clear = [], name, goal, ...details } = updateFields;
		const both = clear.find((field) => field in details);
		if (both) {
			throw new PlatformError(`'Clear Fields' and a new value contradict each other (${both})`, {
				fix: 'Remove one of the two.',
			});
		}
		const changes: AgentFields = Object.assign(
			{ name, user_prompt: goal, ...agentDetails(details) },
			...clear.map((field) => EMPTY[field]),
		);
		if (Object.values(changes).every((value) => value === undefined)) {
			throw new PlatformError("'Update Fields' is empty", {
				fix: 'Add at least one field to change.',
			});
		}
		const updated = await session.api.agents.update(agent, changes);
		hintAtPlaceholders(updated, session.hints);
		return agentOutput(updated);
	},
});
