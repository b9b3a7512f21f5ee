import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodePropertyOptions,
	ResourceMapperFields,
} from 'n8n-workflow';
import { take } from '../shared/list';
import { editorOf, located, shortened, when } from '../shared/form/loadOptions';
import { accountTools, callableTools } from './accountTools';
import { FlyMyAiApi, MESSAGES } from './api';
import { stepFields } from './configuration';
import { agentBehind, inputFields } from './inputs';
import { codeName, statusName, toolName } from './names';
import { platform } from './platform';
import type { Agent, CatalogTool, Compilation, Run, Tool } from './schemas';

const { answer, search } = editorOf(platform, (http) => new FlyMyAiApi(http));

const agentItem = ({ uuid, name, status, user_prompt }: Agent): INodeListSearchItems => ({
	name: status && status !== 'active' ? `${name} (${statusName(status)})` : name,
	value: uuid,
	description: shortened(user_prompt ?? '', 120),
});

const runItem = (run: Run): INodeListSearchItems => {
	const prompt = typeof run.original_prompt === 'string' ? run.original_prompt : '';
	return {
		name: `${when(run.created_at)} ${run.status}: ${shortened(prompt, 60) || run.id}`,
		value: run.id,
		description: run.id,
	};
};

const toolItem = (tool: Tool): INodeListSearchItems => ({
	name: `${toolName(tool)}${tool.is_configured === false ? ' (needs configuration)' : ''}`,
	value: tool.id,
	description: `Tool ${tool.id} ${codeName(tool)}`,
});

const catalogItem = ({
	name,
	title,
	description,
	categories,
}: CatalogTool): INodeListSearchItems => ({
	// The editor shows nothing of an entry but its name.
	name: `${title || name}${categories?.length ? ` (${categories.join(', ')})` : ''}${description ? `: ${description}` : ''}`,
	value: name,
});

const compilationItem = (compilation: Compilation): INodeListSearchItems => {
	const { id, instruction_md, status, execution, created_at } = compilation;
	const heading = shortened((instruction_md ?? '').replace(/^[#\s]+/, '').split('\n')[0], 60);
	const what = heading || (instruction_md ? 'Instruction' : `Script of run ${execution ?? '?'}`);
	return { name: `${what} (${status}, ${when(created_at)})`, value: id, description: id };
};

/** The methods the editor calls while the node is being filled in. */
export const methods = {
	listSearch: {
		searchAgents: search((api) => api.agents.list(), agentItem),
		searchRuns: search((api) => api.runs.list(() => undefined, MESSAGES), runItem),
		searchTools: search(accountTools, toolItem),
		searchCallableTools: search(callableTools, toolItem),
		searchCatalog: search((api) => api.tools.available(), catalogItem),
		searchCompilations: search((api) => api.compilations.list(), compilationItem),
	},
	loadOptions: {
		async getTools(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
			return await answer(this, async (api) => {
				const tools = await take(accountTools(api));
				return tools.map(toolItem).map(({ name, value }) => ({ name, value }));
			});
		},
	},
	resourceMapping: {
		async getAgentInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const uuid = located(this, 'agent');
			if (!uuid) return { fields: [], emptyFieldsNotice: 'Pick an agent first.' };
			return await answer(this, async (api) => inputFields(await api.agents.get(uuid)));
		},

		async getInstructionInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const id = located(this, 'compilation');
			if (!id) return { fields: [], emptyFieldsNotice: 'Pick a compilation first.' };
			return await answer(this, async (api) => inputFields(await agentBehind(api, id)));
		},

		async getConfigurationStep(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
			const id = located(this, 'tool');
			if (!id) return { fields: [], emptyFieldsNotice: 'Pick a tool first.' };
			return await answer(this, async (api) => stepFields(await api.tools.get(id)));
		},
	},
};
