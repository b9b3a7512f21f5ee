import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';
import { name, text } from '../fields.mts';
import type { Agent, Behaviour } from '../records.mts';
import type { Router } from '../router.mts';
import { DEFAULT_MODEL, MODELS } from '../store.mts';
import type { Store } from '../store.mts';

export const DEFAULT_BEHAVIOUR: Behaviour = {
	durationMs: 300,
	deltaDelayMs: 40,
	deltas: 12,
	answer: null,
	tool: null,
	question: null,
	artifact: null,
	backgroundTaskMs: null,
	errorAfter: null,
	end: 'result',
};

const LlmConfig = z
	.object({
		model: text.optional(),
		temperature: z.number().min(0).max(2).optional(),
		max_tokens: z.number().int().min(1).optional(),
	})
	.meta({ id: 'LlmConfig' });

const settings = {
	description: text.optional(),
	system_prompt: text.optional(),
	llm_config: LlmConfig.optional(),
	enable_planning: z.boolean().optional(),
	enable_reflection: z.boolean().optional(),
	enable_retrieval: z.boolean().optional(),
	max_turns: z.number().int().min(1).optional(),
};

const AgentConfigUpdate = z.object(settings).meta({ id: 'AgentConfigUpdate' });
const AgentCreate = z.object({ name, ...settings }).meta({ id: 'AgentCreate' });

export function agentRoutes(router: Router, store: Store): void {
	router.add({
		method: 'GET',
		path: '/api/v1/agents',
		name: 'list_agents',
		tag: 'agents',
		handle: () => {
			const rows = [...store.agents.values()].map(({ id, name: title, description }) => ({
				id,
				name: title,
				description,
			}));
			const { agentList, older } = store.settings;
			return older || agentList === 'array' ? rows : { [agentList]: rows };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/agents',
		name: 'create_agent',
		tag: 'agents',
		body: AgentCreate,
		handle: ({ body }) => {
			store.checkModel(body.llm_config?.model);
			return agentView(store, addAgent(store, body));
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/agents/stats',
		name: 'get_agent_stats',
		tag: 'agents',
		handle: () => ({
			total_agents: store.agents.size,
			total_tools: [...store.agents.values()].reduce((sum, { tools }) => sum + tools.length, 0),
			total_conversations: store.conversations.size,
			active_generations: [...store.runs.values()].filter(({ status }) => status === 'running')
				.length,
		}),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/models',
		name: 'list_models',
		tag: 'models',
		handle: () => (store.settings.older ? MODELS : { models: MODELS }),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/agent/{agent_id}',
		name: 'get_agent',
		tag: 'agents',
		handle: ({ params }) => agentView(store, store.agent(params.agent_id)),
	});

	router.add({
		method: 'DELETE',
		path: '/api/v1/agent/{agent_id}',
		name: 'delete_agent',
		tag: 'agents',
		handle: ({ params }) => {
			const { id } = store.agent(params.agent_id);
			store.agents.delete(id);
			for (const agent of store.agents.values()) {
				agent.subAgents = agent.subAgents.filter((subAgent) => subAgent !== id);
			}
			return { message: 'Agent deleted', id };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/agent/{agent_id}/config',
		name: 'get_agent_config',
		tag: 'agents',
		handle: ({ params }) => configView(store.agent(params.agent_id)),
	});

	router.add({
		method: 'PATCH',
		path: '/api/v1/agent/{agent_id}/config',
		name: 'update_agent_config',
		tag: 'agents',
		body: AgentConfigUpdate,
		handle: ({ params, body }) => {
			const agent = store.agent(params.agent_id);
			store.checkModel(body.llm_config?.model);
			const llm_config = { ...agent.llm_config, ...body.llm_config };
			Object.assign(agent, body, { llm_config, updated_at: new Date().toISOString() });
			return configView(agent);
		},
	});
}

type NewAgent = { name: string } & Partial<
	Omit<z.output<typeof AgentCreate>, 'name'> & Pick<Agent, 'tools' | 'subAgents'>
>;

/** Adds an agent; `behaviour` names what differs from the default. */
export function addAgent(store: Store, given: NewAgent, behaviour?: Partial<Behaviour>): Agent {
	const now = new Date().toISOString();
	const agent: Agent = {
		id: randomUUID(),
		description: '',
		system_prompt: 'You are a helpful assistant.',
		enable_planning: false,
		enable_reflection: false,
		enable_retrieval: false,
		max_turns: 10,
		tools: [],
		subAgents: [],
		created_at: now,
		updated_at: now,
		...given,
		llm_config: { model: DEFAULT_MODEL, temperature: 0.7, max_tokens: 4096, ...given.llm_config },
		behaviour: { ...DEFAULT_BEHAVIOUR, ...behaviour },
	};
	store.agents.set(agent.id, agent);
	return agent;
}

function configView(agent: Agent) {
	const { system_prompt, llm_config, enable_planning, enable_reflection } = agent;
	const { enable_retrieval, max_turns } = agent;
	return {
		system_prompt,
		llm_config,
		enable_planning,
		enable_reflection,
		enable_retrieval,
		max_turns,
	};
}

function agentView(store: Store, agent: Agent) {
	return {
		id: agent.id,
		name: agent.name,
		description: agent.description,
		...configView(agent),
		tools: agent.tools.map(({ id, name: title, description }) => ({
			id,
			name: title,
			description,
		})),
		sub_agents: agent.subAgents.map((id) => ({ id, name: store.agent(id).name })),
		created_at: agent.created_at,
		updated_at: agent.updated_at,
	};
}
