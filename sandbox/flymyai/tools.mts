import type { FastifyInstance } from 'fastify';
import { baseUrlOf } from './baseUrl.mts';
import { CATALOG } from './catalog.mts';
import { addTool } from './create.mts';
import { ApiError, badRequest, found } from './errors.mts';
import { anything, dictionary, readFields, text } from './fields.mts';
import { isObject, misses } from './jsonSchema.mts';
import { sendList } from './listing.mts';
import type { ConfigurationStep, Tool } from './records.mts';
import type { Store } from './store.mts';
import { callAction } from './toolActions.mts';
import { grantPath, isConfigured, toolView } from './views.mts';

type WithId = { Params: { id: string } };

/** `GET /tools/available/`, the one route of the contract that asks for no key. */
export function catalogRoute(api: FastifyInstance): void {
	api.get('/tools/available/', async () =>
		CATALOG.map(({ unsafe_methods: _unsafe, ...entry }) => entry),
	);
}

export function toolRoutes(api: FastifyInstance, store: Store): void {
	const find = (id: string) => found(store.tools.get(Number(id)));

	api.get('/tools/', async (request, reply) => {
		const baseUrl = baseUrlOf(request);
		const tools = [...store.tools.values()];
		return await sendList(store, request, reply, tools, (tool) => toolView(tool, baseUrl));
	});

	api.post('/tools/', async (request, reply) => {
		const { mcp_tool } = readFields(request.body, { mcp_tool: text() }, ['mcp_tool']);
		if (!CATALOG.some(({ name }) => name === mcp_tool)) {
			throw new ApiError(400, { mcp_tool: [`Object with name=${mcp_tool} does not exist.`] });
		}
		return await reply.code(201).send(toolView(addTool(store, { mcp_tool }), baseUrlOf(request)));
	});

	api.get<WithId>('/tools/:id/', async (request) =>
		toolView(find(request.params.id), baseUrlOf(request)),
	);

	api.patch<WithId>('/tools/:id/', async (request) => {
		const tool = find(request.params.id);
		const { user_config = {} } = readFields(request.body, { user_config: dictionary });
		const changed = store.changeTool(tool.id, {
			user_config: { ...tool.user_config, ...user_config },
		});
		return toolView(changed, baseUrlOf(request));
	});

	api.delete<WithId>('/tools/:id/', async (request, reply) => {
		const { id } = find(request.params.id);
		store.tools.delete(id);
		for (const { uuid, available_tools } of store.agents.values()) {
			if (!available_tools.includes(id)) continue;
			store.changeAgent(uuid, { available_tools: available_tools.filter((other) => other !== id) });
		}
		return await reply.code(204).send();
	});

	api.post<WithId>('/tools/:id/provide-config/', async (request) => {
		const tool = find(request.params.id);
		const fields = readFields(request.body, { user_response: anything }, ['user_response']);
		const step = tool.entry.configuration_steps[tool.finishedSteps];
		if (!step) throw badRequest('This tool is configured: no step waits for an answer.');
		const problem = answerProblem(step, fields.user_response);
		if (problem !== null) throw badRequest(problem);
		return toolView(finishStep(store, tool, fields.user_response), baseUrlOf(request));
	});

	api.post<WithId>('/tools/:id/call/', async (request) => {
		const tool = find(request.params.id);
		const fields = readFields(request.body, { action: text(), arguments: dictionary }, ['action']);
		if (tool.entry.type !== 'custom_class') {
			throw badRequest('Only tools of the type custom_class can be called directly.');
		}
		if (!isConfigured(tool)) throw badRequest(`${tool.entry.title} is not configured.`);
		return callAction(tool, fields.action, fields.arguments ?? {});
	});
}

/** The page behind a tool's `redirect_url`: whoever opens it has given consent. */
export function grantRoute(server: FastifyInstance, store: Store): void {
	server.get<WithId>(grantPath(':id'), async (request, reply) => {
		const tool = store.tools.get(Number(request.params.id));
		const step = tool?.entry.configuration_steps[tool.finishedSteps];
		if (!tool || step?.step_type !== 'oauth') {
			return await reply.code(404).type('text/plain').send('No access is waiting to be allowed.');
		}
		finishStep(store, tool, { code: 'granted' });
		return await reply
			.type('text/plain')
			.send(`Access allowed (a stand-in: no real account was touched). Back to your tool.`);
	});
}

function finishStep(store: Store, tool: Tool, response: unknown): Tool {
	return store.changeTool(tool.id, {
		finishedSteps: tool.finishedSteps + 1,
		user_config: { ...tool.user_config, ...(isObject(response) ? response : {}) },
		response: typeof response === 'string' ? response : JSON.stringify(response ?? ''),
	});
}

/** What is wrong with the answer to a configuration step, or `null`. */
function answerProblem(step: ConfigurationStep, response: unknown): string | null {
	const schema = step.vars_from_user_schema ?? step.configuration_schema;
	if (schema) {
		const problems = misses(schema, response);
		return problems.length > 0 ? problems.join('; ') : null;
	}
	if (step.step_type === 'oauth') {
		const code = isObject(response) ? response.code : response;
		return typeof code === 'string' && code !== ''
			? null
			: 'Open the redirect URL, or answer with the code it gave.';
	}
	return typeof response === 'string' && response.trim() !== ''
		? null
		: 'Answer with what the command printed.';
}
