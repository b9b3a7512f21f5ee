import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';
import type { Http } from '../shared/http/http';
import { isObject } from '../shared/json';
import { editorOf, located, shortened, when } from '../shared/form/loadOptions';
import type { ApiDocument, ApiOperation } from '../shared/openApi/document';
import { bodyFormFields, operationItem, parameterFields } from '../shared/openApi/form';
import { findOperation, openApiDocumentOf } from '../shared/openApi/instance';
import { Agents } from './agents';
import { AgentFlowApi } from './api';
import { platform } from './platform';
import { argumentFields, findTool } from './toolArguments';
import type { Agent, Approval, Conversation, KnowledgeBase, Model, PromptBlock } from './schemas';

interface Instance {
	http: Http;
	api: AgentFlowApi;
}

const { answer, search } = editorOf(platform, (http): Instance => ({
	http,
	api: new AgentFlowApi(http),
}));

/** The rows of a list that comes in one answer. */
async function* rowsOf<Row>(list: Promise<Row[]>): AsyncGenerator<Row> {
	yield* await list;
}

const agentItem = ({ id, name, description }: Agent): INodeListSearchItems => ({
	name,
	value: id,
	description: shortened(description ?? '', 120),
});

const conversationItem = (conversation: Conversation): INodeListSearchItems => {
	const { id, title, updated_at, message_count: count } = conversation;
	const messages = typeof count === 'number' ? `, ${count} messages` : '';
	return {
		name: `${shortened(title ?? '', 60) || id} (${when(updated_at)}${messages})`,
		value: id,
		description: id,
	};
};

const approvalItem = ({ id, tool_name, arguments: args, created_at }: Approval) => ({
	name: `${tool_name ?? 'A tool'} (${when(created_at)})`,
	value: id,
	description: shortened(JSON.stringify(args ?? {}), 120),
});

const knowledgeBaseItem = ({ id, name, status, description }: KnowledgeBase) => ({
	name: status && status !== 'ready' ? `${name ?? id} (${status})` : (name ?? id),
	value: id,
	description: shortened(description ?? '', 120),
});

const modelItem = ({ id, name, provider, description }: Model): INodeListSearchItems => ({
	name: provider ? `${name ?? id} (${provider})` : (name ?? id),
	value: id,
	description: shortened(description ?? id, 120),
});

const promptBlockItem = ({ name, description }: PromptBlock): INodeListSearchItems => ({
	name,
	value: name,
	description: shortened(description ?? '', 120),
});

/** The agent that is picked in the form, by id or by name. */
const pickedAgent = async ({ api }: Instance, context: ILoadOptionsFunctions) => {
	const picked = located(context, 'agent');
	return picked ? await new Agents(api).idOf(picked) : undefined;
};

async function* toolsOfAgent(
	instance: Instance,
	context: ILoadOptionsFunctions,
): AsyncGenerator<INodeListSearchItems> {
	const id = await pickedAgent(instance, context);
	if (!id) return;
	for (const { name, description } of await instance.api.tools.list(id)) {
		yield { name, value: name, description: shortened(description ?? '', 120) };
	}
}

/** Sub-agents are objects with an id, or bare ids or names (contract: Agents). */
async function* subagentsOf(
	instance: Instance,
	context: ILoadOptionsFunctions,
): AsyncGenerator<INodeListSearchItems> {
	const id = await pickedAgent(instance, context);
	if (!id) return;
	for (const entry of (await instance.api.agents.get(id)).sub_agents ?? []) {
		const { id: subagentId = entry, name = subagentId } = isObject(entry) ? entry : {};
		yield { name: String(name), value: String(subagentId) };
	}
}

async function* operationsOf({ http }: Instance): AsyncGenerator<ApiOperation> {
	yield* (await openApiDocumentOf(http)).operations;
}

const itself = (item: INodeListSearchItems): INodeListSearchItems => item;

const PICK_OPERATION = { fields: [], emptyFieldsNotice: 'Pick an operation first.' };

/** A part of the form of the operation that is picked. */
const drawnFor = (draw: (document: ApiDocument, operation: ApiOperation) => ResourceMapperFields) =>
	async function (this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
		const name = located(this, 'apiOperation');
		if (!name) return PICK_OPERATION;
		return await answer(this, async ({ http }) => {
			const { document, operation } = await findOperation(http, name);
			return draw(document, operation);
		});
	};

/** The methods the editor calls while the node is being filled in. */
export const methods = {
	listSearch: {
		searchAgents: search(({ api }) => rowsOf(api.agents.list()), agentItem),
		searchApprovals: search(({ api }) => api.approvals.pending(), approvalItem),
		searchConversations: search(({ api }) => api.conversations.list(), conversationItem),
		searchKnowledgeBases: search(({ api }) => rowsOf(api.knowledgeBases.list()), knowledgeBaseItem),
		searchModels: search(({ api }) => rowsOf(api.models.list()), modelItem),
		searchOperations: search(operationsOf, operationItem),
		searchPromptBlocks: search(({ api }) => rowsOf(api.promptBlocks.list()), promptBlockItem),
		searchSubagents: search(subagentsOf, itself),
		searchTools: search(toolsOfAgent, itself),
	},
	loadOptions: {
		async getKnowledgeBases(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
			return await answer(this, async ({ api }) =>
				(await api.knowledgeBases.list())
					.map(knowledgeBaseItem)
					.map(({ name, value }) => ({ name, value })),
			);
		},
	},
	resourceMapping: {
		async getToolArguments(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const picked = located(this, 'tool');
			return await answer(this, async (instance) => {
				const agentId = await pickedAgent(instance, this);
				if (!agentId || !picked) {
					return { fields: [], emptyFieldsNotice: 'Pick an agent and a tool first.' };
				}
				const tool = await findTool(instance.api, agentId, picked);
				return {
					fields: argumentFields(tool) ?? [],
					emptyFieldsNotice: tool
						? `The tool '${tool.name}' shows no arguments. Run it as it is, or give them as JSON.`
						: `The agent has no tool '${picked}'.`,
				};
			});
		},
		getOperationParameters: drawnFor(parameterFields),
		getOperationBody: drawnFor(bodyFormFields),
	},
};
