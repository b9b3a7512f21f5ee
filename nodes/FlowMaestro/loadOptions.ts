import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	ResourceMapperFields,
} from 'n8n-workflow';
import { editorOf, located, shortened } from '../shared/form/loadOptions';
import { FlowMaestroApi } from './api';
import { platform } from './platform';
import { describedFields, notDescribed, workflowBehind } from './workflowInputs';
import type { Agent, KnowledgeBase, Trigger, Webhook, Workflow } from './schemas';

const { answer, search } = editorOf(platform, (http) => new FlowMaestroApi(http));

const described = ({ id, name, description }: Workflow | KnowledgeBase): INodeListSearchItems => ({
	name,
	value: id,
	description: shortened(description ?? '', 120),
});

const agentItem = ({ id, name, model, description }: Agent): INodeListSearchItems => ({
	name: model ? `${name} (${model})` : name,
	value: id,
	description: shortened(description ?? '', 120),
});

const triggerItem = ({ id, name, trigger_type, enabled }: Trigger): INodeListSearchItems => ({
	name: enabled === false ? `${name} (disabled)` : name,
	value: id,
	description: trigger_type ?? undefined,
});

const webhookItem = ({ id, name, url, is_active }: Webhook): INodeListSearchItems => ({
	name: `${name || url}${is_active === false ? ' (inactive)' : ''}`,
	value: id,
	description: url,
});

/** The methods the editor calls while a node is being filled in. */
export const methods = {
	listSearch: {
		searchWorkflows: search((api) => api.workflows.list(), described),
		searchAgents: search((api) => api.agents.list(), agentItem),
		searchTriggers: search((api) => api.triggers.list(), triggerItem),
		searchKnowledgeBases: search((api) => api.knowledgeBases.list(), described),
		searchWebhooks: search((api) => api.webhooks.list(), webhookItem),
	},
	resourceMapping: {
		async getWorkflowInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const id = located(this, 'workflow');
			if (!id) return { fields: [], emptyFieldsNotice: 'Pick a workflow first.' };
			return await answer(this, async (api) => await describedFields(api, id));
		},

		async getTriggerInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const id = located(this, 'trigger');
			if (!id) return { fields: [], emptyFieldsNotice: 'Pick a trigger first.' };
			return await answer(this, async (api) => {
				const workflowId = await workflowBehind(api, id);
				return workflowId ? await describedFields(api, workflowId) : notDescribed();
			});
		},
	},
};
