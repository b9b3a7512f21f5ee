import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';
import { ApiError, found } from '../errors.mts';
import { jsonObject, name, text } from '../fields.mts';
import { playTool, startRun } from '../play.mts';
import type { Agent, Tool } from '../records.mts';
import { newUnit, Run } from '../run.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';
import { sendRun } from '../stream.mts';

const ToolCreate = z
	.object({
		name,
		description: text,
		function_code: text.min(1),
		args_schema: jsonObject.nullish(),
		parameters: jsonObject.nullish(),
		tags: z.array(text).default([]),
		group: text.nullish(),
		require_approval: z.boolean().default(false),
		secure_execution: z.boolean().default(true),
		execution_timeout: z.number().positive().nullish(),
		param_descriptions: z.record(text, text).nullish(),
		target_agent_ids: z.array(text).nullish(),
	})
	.meta({ id: 'ToolCreate' });

const ToolRun = z
	.object({
		arguments: jsonObject,
		conversation_id: text,
		message_id: text.min(1),
		idempotency_key: text.nullish(),
		stream: z.boolean().default(false),
	})
	.meta({ id: 'ToolRun' });

const ToolApproval = z
	.object({ enabled: z.boolean(), timeout_seconds: z.number().positive().default(300) })
	.meta({ id: 'ToolApproval' });

export function toolRoutes(router: Router, store: Store): void {
	router.add({
		method: 'GET',
		path: '/api/v1/agent/{agent_id}/tools',
		name: 'list_tools',
		tag: 'tools',
		handle: ({ params }) => {
			const tools = store.agent(params.agent_id).tools.map(toolView);
			return store.settings.older ? tools : { tools };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/agent/{agent_id}/tools',
		name: 'register_tool',
		tag: 'tools',
		body: ToolCreate,
		handle: ({ params, body }) => {
			const others = (body.target_agent_ids ?? []).map((id) => store.agent(id));
			const agents = new Set([store.agent(params.agent_id), ...others]);
			const tool = newTool({
				...body,
				parameters: body.args_schema ?? body.parameters ?? undefined,
				requireApproval: body.require_approval,
			});
			for (const agent of agents) {
				agent.tools = [...agent.tools.filter((before) => before.name !== tool.name), tool];
			}
			return { tool_id: tool.id, name: tool.name, message: 'Tool registered' };
		},
	});

	router.add({
		method: 'DELETE',
		path: '/api/v1/agent/{agent_id}/tools/{tool}',
		name: 'delete_tool',
		tag: 'tools',
		handle: ({ params }) => {
			const agent = store.agent(params.agent_id);
			const gone = toolOf(agent, params.tool);
			agent.tools = agent.tools.filter((tool) => tool !== gone);
			return { message: 'Tool deleted', tool_id: gone.id };
		},
	});

	router.add({
		method: 'PUT',
		path: '/api/v1/agent/{agent_id}/tools/{tool}/approval',
		name: 'set_tool_approval',
		tag: 'tools',
		body: ToolApproval,
		handle: ({ params, body }) => {
			const tool = toolOf(store.agent(params.agent_id), params.tool);
			tool.requireApproval = body.enabled;
			tool.approvalTimeout = body.timeout_seconds;
			return { tool_id: tool.id, enabled: body.enabled, timeout_seconds: body.timeout_seconds };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/agent/{agent_id}/tools/{tool}/run',
		name: 'run_tool',
		tag: 'tools',
		body: ToolRun,
		handle: async ({ params, body, request, reply }) => {
			const agent = store.agent(params.agent_id);
			const tool = toolOf(agent, params.tool);
			const conversation = store.conversation(body.conversation_id);
			if (body.idempotency_key && isRunning(store, body.idempotency_key)) {
				throw new ApiError(409, 'A call with this idempotency key is still running');
			}
			const root = newUnit('tool', tool.name);
			const run = new Run({
				root,
				conversation,
				messageId: body.message_id,
				idempotencyKey: body.idempotency_key,
			});
			startRun(store, run, async () => {
				const call = { agentId: agent.id, tool, arguments: body.arguments };
				return JSON.stringify(await playTool(store, run, root, call));
			});
			return await sendRun(store, run, { stream: body.stream, verbose: true }, request, reply);
		},
	});
}

/** A tool as it is given, with a new id. */
export function newTool(given: Pick<Tool, 'name' | 'description'> & Partial<Tool>): Tool {
	const { name: title, description, parameters, tags, group, requireApproval } = given;
	return {
		id: randomUUID(),
		name: title,
		description,
		parameters: parameters ?? { type: 'object', properties: {} },
		tags: tags ?? [],
		group: group ?? null,
		requireApproval: requireApproval ?? false,
		approvalTimeout: given.approvalTimeout ?? 300,
	};
}

function toolOf(agent: Agent, idOrName: string): Tool {
	const tool = agent.tools.find(({ id, name: title }) => id === idOrName || title === idOrName);
	return found(tool, 'Tool');
}

function isRunning(store: Store, key: string): boolean {
	return [...store.runs.values()].some(
		({ idempotencyKey, status }) => idempotencyKey === key && status === 'running',
	);
}

function toolView({ id, name: title, description, parameters, ...tool }: Tool) {
	const { tags, group, requireApproval: require_approval } = tool;
	return { id, name: title, description, parameters, tags, group, require_approval };
}
