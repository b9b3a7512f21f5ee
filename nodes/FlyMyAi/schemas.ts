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
/** A field that is not needed to go on: of another type than expected it is as if it were missing. */
const loose = <S extends z.ZodTypeAny>(schema: S) => schema.nullish().catch(undefined);
const text = loose(z.string());
const jsonObject = loose(z.record(z.unknown()));

export const agentSchema = z
	.object({
		uuid: id,
		name: z.string(),
		user_prompt: text,
		status: text,
		input_schema: jsonObject,
		output_schema: jsonObject,
		// Ids in a list, whole tools in the detail.
		available_tools: loose(z.array(z.unknown())),
		tools_need_to_configure: loose(z.array(z.unknown())),
		all_tools_configured: loose(z.boolean()),
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

/** A row of another form hides none of the others. */
const logRows = z
	.array(z.unknown())
	.transform((rows) => rows.flatMap((row) => logRowSchema.safeParse(row).data ?? []));

export const runSchema = z
	.object({
		id,
		status: z.string(),
		user_agent_task: loose(id),
		user_agent_task_uuid: text,
		previous_execution: loose(id),
		variables: jsonObject,
		created_at: text,
		updated_at: text,
		run_seq: loose(z.number()),
		error: z.unknown(),
		agent_result: z.unknown(),
		messages: loose(z.array(z.unknown())),
		logs: loose(logRows),
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
		categories: loose(z.array(z.string())),
		configuration_steps: loose(z.array(z.unknown())),
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
		is_configured: loose(z.boolean()),
		is_active: loose(z.boolean()),
		next_configuration_step: loose(configurationStepSchema),
		redirect_url: text,
		response: z.unknown(),
	})
	.passthrough();

export const compilationSchema = z
	.object({
		id,
		execution: loose(id),
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
