import { z } from 'zod';
import type { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import type { WalkOptions } from '../shared/http/jsonRows';
import { defined, type Json } from '../shared/json';
import { path } from '../shared/http/paths';
import {
	agentSchema,
	catalogToolSchema,
	compilationSchema,
	runSchema,
	suggestedSchemaSchema,
	toolSchema,
	uploadedFileSchema,
	type Agent,
	type CatalogTool,
	type Compilation,
	type Run,
	type SuggestedSchema,
	type Tool,
	type UploadedFile,
} from './schemas';

type JsonObject = { [key: string]: Json };

/** The fields of an agent that its owner sets. A field that is undefined is not sent. */
export interface AgentFields {
	name?: string;
	user_prompt?: string;
	available_tools?: number[];
	available_custom_mcp_servers?: number[];
	input_schema?: Json;
	input_description?: string;
	output_schema?: Json;
	output_description?: string;
	status?: string;
}

export interface CompilationFields {
	instruction_md?: string;
	cron_schedule?: string;
	timezone?: string;
}

const body = (fields: object): JsonObject => defined(fields as JsonObject) as JsonObject;
const bodyOrNone = (fields: object): JsonObject | undefined => {
	const given = body(fields);
	return Object.keys(given).length > 0 ? given : undefined;
};

const LOOK_FOR_RUN =
	'Look for the run with Run: Get Many and the filter Started After, before you start it again.';
const LOOK_FOR_COMPILATION = 'Look for it with Compilation: Get Many before you try again.';

/** A run's whole conversation, which is what makes it large. */
export const MESSAGES = { fields: ['messages'], beyond: 0 };

const refuse = (error: PlatformError): never => {
	throw error;
};

/**
 * The FlyMyAI Agents API: one method an endpoint, grouped as the vendor's SDK groups them
 * (contract: Resources). Paths end with a slash, because Django redirects without it and a
 * redirected POST loses its body.
 */
export class FlyMyAiApi {
	constructor(private readonly http: Http) {}

	readonly agents = {
		create: async (fields: AgentFields): Promise<Agent> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/agents/tasks/',
					body: body(fields),
					ifUnanswered: 'Look for the agent with Agent: Get Many before you create it again.',
				},
				agentSchema,
			),

		list: (): AsyncGenerator<Agent> =>
			this.http.rows(
				{ method: 'GET', path: '/api/v1/agents/tasks/' },
				agentSchema,
				({ uuid }) => uuid,
				refuse,
			),

		get: async (uuid: string): Promise<Agent> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/agents/tasks/${uuid}/` },
				agentSchema,
			),

		update: async (uuid: string, fields: AgentFields): Promise<Agent> =>
			await this.http.json(
				{ method: 'PATCH', path: path`/api/v1/agents/tasks/${uuid}/`, body: body(fields) },
				agentSchema,
			),

		delete: async (uuid: string): Promise<void> =>
			await this.http.send({ method: 'DELETE', path: path`/api/v1/agents/tasks/${uuid}/` }),

		/** Starts a run. It is never sent twice, because each start is paid for. */
		run: async (uuid: string, variables: Json): Promise<Run> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/tasks/${uuid}/run-loop/`,
					body: { variables },
					survivesStop: true,
					ifUnanswered: LOOK_FOR_RUN,
				},
				runSchema,
			),

		suggestSchema: async (request: {
			user_prompt: string;
			generate_descriptions: boolean;
			input_hint?: string;
			output_hint?: string;
		}): Promise<SuggestedSchema> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/agents/tasks/suggest-schema/',
					body: body(request),
					ifUnanswered: 'It stores nothing: run the node again for another suggestion.',
				},
				suggestedSchemaSchema,
			),
	};

	readonly runs = {
		/**
		 * Newest first, each with its whole `messages`: walk it, do not keep it.
		 *
		 * @param leaveOut what is not wanted of a run
		 * @param glance given where the list is one of two ways, and not worth trying twice
		 */
		list: (
			rowError: (error: PlatformError) => void = refuse,
			leaveOut?: WalkOptions['leaveOut'],
			glance?: AbortSignal,
		): AsyncGenerator<Run> =>
			this.http.rows(
				{
					method: 'GET',
					path: '/api/v1/agents/executions/',
					...(glance ? { signal: glance, attempts: 1, timeoutMs: 5_000 } : {}),
				},
				runSchema,
				({ id }) => id,
				rowError,
				leaveOut,
			),

		get: async (id: string): Promise<Run> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/agents/executions/${id}/` },
				runSchema,
			),

		/** Sent even after the user has stopped the execution: that is when it is wanted most. */
		cancel: async (id: string): Promise<void> =>
			await this.http.send({
				method: 'POST',
				path: path`/api/v1/agents/executions/${id}/cancel/`,
				repeatable: true,
				survivesStop: true,
				afterStop: true,
			}),

		/** Starts another round of the same run. */
		appendMessage: async (id: string, text: string): Promise<Run> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/executions/${id}/append-message/`,
					body: { text },
					survivesStop: true,
					ifUnanswered: `Look at the messages of run ${id} with Run: Get before you send it again.`,
				},
				runSchema,
			),

		/** Saves the schemas on the run's agent. */
		suggestSchema: async (
			id: string,
			prompts: { inputs_prompt?: string; outputs_prompt?: string },
		): Promise<SuggestedSchema> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/executions/${id}/suggest-schema/`,
					body: bodyOrNone(prompts),
					ifUnanswered: "Look at the agent's schemas with Agent: Get before you try again.",
				},
				suggestedSchemaSchema,
			),
	};

	readonly tools = {
		available: (): AsyncGenerator<CatalogTool> =>
			this.http.rows(
				{ method: 'GET', path: '/api/v1/agents/tools/available/' },
				catalogToolSchema,
				({ name }) => name,
				refuse,
			),

		list: (): AsyncGenerator<Tool> =>
			this.http.rows(
				{ method: 'GET', path: '/api/v1/agents/tools/' },
				toolSchema,
				({ id }) => id,
				refuse,
			),

		get: async (id: string): Promise<Tool> =>
			await this.http.json({ method: 'GET', path: path`/api/v1/agents/tools/${id}/` }, toolSchema),

		create: async (catalogName: string): Promise<Tool> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/agents/tools/',
					body: { mcp_tool: catalogName },
					ifUnanswered: 'Look for the tool with Tool: Get Many before you add it again.',
				},
				toolSchema,
			),

		update: async (id: string, userConfig: Json): Promise<Tool> =>
			await this.http.json(
				{
					method: 'PATCH',
					path: path`/api/v1/agents/tools/${id}/`,
					body: { user_config: userConfig },
					secrets: userConfig,
				},
				toolSchema,
			),

		delete: async (id: string): Promise<void> =>
			await this.http.send({ method: 'DELETE', path: path`/api/v1/agents/tools/${id}/` }),

		/** Answers the tool's current configuration step. */
		provideConfig: async (id: string, userResponse: Json): Promise<Tool> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/tools/${id}/provide-config/`,
					body: { user_response: userResponse },
					secrets: userResponse,
					ifUnanswered:
						'Look at the next step of the tool with Tool: Get before you answer it again.',
				},
				toolSchema,
			),

		call: async (id: string, action: string, args: Json): Promise<unknown> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/tools/${id}/call/`,
					body: { action, arguments: args },
					// Django answers nothing for an action that gives nothing back.
					mayBeEmpty: true,
					ifUnanswered:
						'The action may have been carried out: look for what it does before you call it again.',
				},
				z.unknown(),
			),
	};

	readonly compilations = {
		list: (): AsyncGenerator<Compilation> =>
			this.http.rows(
				{ method: 'GET', path: '/api/v1/agents/compilations/' },
				compilationSchema,
				({ id }) => id,
				refuse,
			),

		get: async (id: string): Promise<Compilation> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/agents/compilations/${id}/` },
				compilationSchema,
			),

		update: async (id: string, fields: CompilationFields): Promise<Compilation> =>
			await this.http.json(
				{ method: 'PATCH', path: path`/api/v1/agents/compilations/${id}/`, body: body(fields) },
				compilationSchema,
			),

		/** Makes a standalone Python script of a run. */
		compile: async (runId: string): Promise<Compilation> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/compilations/compile/${runId}/`,
					survivesStop: true,
					ifUnanswered: LOOK_FOR_COMPILATION,
				},
				compilationSchema,
			),

		/** Makes a Markdown plan of a run. */
		freeze: async (runId: string): Promise<Compilation> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/compilations/freeze-instruction/${runId}/`,
					survivesStop: true,
					ifUnanswered: LOOK_FOR_COMPILATION,
				},
				compilationSchema,
			),

		/** Replays the script. */
		run: async (id: string): Promise<Compilation> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/compilations/${id}/run/`,
					survivesStop: true,
					ifUnanswered: `Look at the status of compilation ${id} with Compilation: Get before you run it again.`,
				},
				compilationSchema,
			),

		/** Starts a new run that follows the instruction. */
		runInstruction: async (id: string, variables: JsonObject): Promise<Run> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agents/compilations/${id}/run-instruction/`,
					body: Object.keys(variables).length > 0 ? { variables } : undefined,
					survivesStop: true,
					ifUnanswered: LOOK_FOR_RUN,
				},
				runSchema,
			),
	};

	readonly files = {
		upload: async (file: File, externalId: string): Promise<UploadedFile> => {
			const form = new FormData();
			form.set('file', file);
			form.set('external_id', externalId);
			return await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/agents/agent-file-chat-upload/',
					form,
					// A second copy of the same file under the same external id costs nothing.
					repeatable: true,
				},
				uploadedFileSchema,
			);
		},
	};
}
