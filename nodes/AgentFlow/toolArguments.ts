import type { ResourceMapperField } from 'n8n-workflow';
import { mapperFields } from '../shared/form/jsonSchema';
import type { AgentFlowApi } from './api';
import type { Tool } from './schemas';

/* What a tool of an agent needs to know. */

/** The tool that is meant, by its ID or its name. */
export async function findTool(
	api: AgentFlowApi,
	agentId: string,
	idOrName: string,
): Promise<Tool | undefined> {
	const tools = await api.tools.list(agentId);
	return tools.find(({ id, name }) => id === idOrName || name === idOrName);
}

/** The fields of its arguments; undefined where it has no schema. */
export function argumentFields(tool: Tool | undefined): ResourceMapperField[] | undefined {
	const schema = tool?.parameters ?? tool?.args_schema;
	return schema === undefined || schema === null ? undefined : mapperFields(schema);
}
