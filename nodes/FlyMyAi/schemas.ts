import { z } from 'zod';

/*
 * What the API answers, as far as this package looks at it. Every other field passes through, and
 * so does every status that is not known yet.
 */

/** Ids are opaque: strings on production, numbers in older answers. */
const id = z
	.union([z.string().min(1), z.number()])
	.transform(String)
	.pipe(z.string());
const text = z.string().nullish();
const jsonObject = z.record(z.unknown()).nullish();

export const agentSchema = z
	.object({
		uuid: id,
		name: z.string(),
		user_prompt: text,
		status: text,
		input_schema: jsonObject,
		output_schema: jsonObject,
		// Ids in a list, whole tools in the detail.
		available_tools: z.array(z.unknown()).nullish(),
		tools_need_to_configure: z.array(z.unknown()).nullish(),
		all_tools_configured: z.boolean().nullish(),
	})
	.passthrough();

export const suggestedSchemaSchema = z
	.object({
		reasoning: text,
		input_schema: jsonObject,
		output_schema: jsonObject,
		input_description: text,
		output_description: text,
	})
	.passthrough();

export const logRowSchema = z
	.object({
		id,
		created_at: text,
		type: z.string(),
		message: text,
		data: z.unknown(),
	})
	.passthrough();

export const runSchema = z
	.object({
		id,
		status: z.string(),
		user_agent_task: id.nullish(),
		user_agent_task_uuid: text,
		previous_execution: id.nullish(),
		variables: jsonObject,
		created_at: text,
		updated_at: text,
		run_seq: z.number().nullish(),
		error: z.unknown(),
		agent_result: z.unknown(),
		messages: z.array(z.unknown()).nullish(),
		logs: z.array(logRowSchema).nullish(),
	})
	.passthrough();

export const catalogToolSchema = z
	.object({
		name: z.string(),
		type: text,
		title: text,
		description: text,
		detail: text,
		href: text,
		categories: z.array(z.string()).nullish(),
		configuration_steps: z.array(z.unknown()).nullish(),
	})
	.passthrough();

const configurationStepSchema = z
	.object({
		description: text,
		step_type: text,
		vars_from_user_schema: jsonObject,
		configuration_schema: jsonObject,
		execution_command: z.unknown(),
	})
	.passthrough();

export const toolSchema = z
	.object({
		id,
		mcp_tool: z.unknown(),
		user_config: jsonObject,
		is_configured: z.boolean().nullish(),
		is_active: z.boolean().nullish(),
		next_configuration_step: configurationStepSchema.nullish(),
		redirect_url: text,
		response: z.unknown(),
	})
	.passthrough();

export const compilationSchema = z
	.object({
		id,
		execution: id.nullish(),
		status: z.string(),
		script_code: text,
		instruction_md: text,
		cron_schedule: text,
		timezone: text,
		result: z.unknown(),
		error: z.unknown(),
		created_at: text,
		updated_at: text,
	})
	.passthrough();

export const uploadedFileSchema = z
	.object({ public_url: z.string(), external_id: text })
	.passthrough();

export type Agent = z.infer<typeof agentSchema>;
export type SuggestedSchema = z.infer<typeof suggestedSchemaSchema>;
export type LogRow = z.infer<typeof logRowSchema>;
export type Run = z.infer<typeof runSchema>;
export type CatalogTool = z.infer<typeof catalogToolSchema>;
export type Tool = z.infer<typeof toolSchema>;
export type Compilation = z.infer<typeof compilationSchema>;
export type UploadedFile = z.infer<typeof uploadedFileSchema>;
