import type { FastifyInstance } from 'fastify';
import { baseUrlOf } from './baseUrl.mts';
import { addAgent } from './create.mts';
import { found } from './errors.mts';
import { choice, flag, ids, jsonSchema, readFields, text } from './fields.mts';
import { runVariables, startRun } from './lifecycle.mts';
import { sendList } from './listing.mts';
import type { AgentStatus } from './records.mts';
import type { Store } from './store.mts';
import { suggestSchema } from './suggest.mts';
import { agentDetail, agentView, runSummary } from './views.mts';

type WithUuid = { Params: { uuid: string } };

export function agentRoutes(api: FastifyInstance, store: Store): void {
	const readers = {
		name: text({ maxLength: 255 }),
		user_prompt: text(),
		available_tools: ids((id) => store.tools.has(id)),
		// Custom MCP servers cannot be made over the API, so there is nothing to check these against.
		available_custom_mcp_servers: ids(() => true),
		input_schema: jsonSchema,
		input_description: text({ blank: true }),
		output_schema: jsonSchema,
		output_description: text({ blank: true }),
		status: choice<AgentStatus>(['draft', 'active', 'archived']),
	};

	api.get('/tasks/', async (request, reply) => {
		const agents = [...store.agents.values()].filter(({ status }) => status !== 'archived');
		const view = agentView.bind(null, store);
		return await sendList(store, request, reply, agents.reverse(), view);
	});

	api.post('/tasks/', async (request, reply) => {
		const fields = readFields(request.body, readers, ['name', 'user_prompt']);
		return await reply.code(201).send(agentView(store, addAgent(store, fields)));
	});

	api.post('/tasks/suggest-schema/', async (request) => {
		const fields = readFields(
			request.body,
			{
				user_prompt: text(),
				generate_descriptions: flag,
				input_hint: text({ blank: true }),
				output_hint: text({ blank: true }),
			},
			['user_prompt'],
		);
		return suggestSchema({
			goal: fields.user_prompt,
			describe: fields.generate_descriptions ?? false,
			inputHint: fields.input_hint,
			outputHint: fields.output_hint,
		});
	});

	api.get<WithUuid>('/tasks/:uuid/', async (request) => {
		const agent = found(store.agents.get(request.params.uuid));
		return agentDetail(store, agent, baseUrlOf(request));
	});

	api.patch<WithUuid>('/tasks/:uuid/', async (request) => {
		const { uuid } = found(store.agents.get(request.params.uuid));
		return agentView(store, store.changeAgent(uuid, readFields(request.body, readers)));
	});

	api.delete<WithUuid>('/tasks/:uuid/', async (request, reply) => {
		const { uuid } = found(store.agents.get(request.params.uuid));
		store.changeAgent(uuid, { status: 'archived' });
		return await reply.code(204).send();
	});

	api.post<WithUuid>('/tasks/:uuid/run-loop/', async (request, reply) => {
		const agent = found(store.agents.get(request.params.uuid));
		const run = startRun(store, agent, runVariables(request.body));
		return await reply.code(201).send(runSummary(store, run));
	});
}
