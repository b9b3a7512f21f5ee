import { z } from 'zod';
import { isObject } from '../shared/json';

/*
 * What the API answers, as far as this package looks at it (docs/contracts/agentflow.md). Every
 * other field passes through, and so does every value that is not known yet.
 */

/** Ids are opaque. */
const id = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.string().nullish();
const anyObject = z.record(z.unknown()).nullish();

/** A list as it is, or under one of these names: servers differ (contract: Agents). */
export const listOf = <S extends z.ZodTypeAny>(row: S, ...names: string[]) =>
	z.preprocess(
		(value) =>
			isObject(value)
				? [...names, 'items', 'results', 'data']
						.map((name) => value[name])
						.find((entry) => Array.isArray(entry))
				: value,
		z.array(row),
	);

/** The same for one page, with the number of all rows where the server tells it. */
export const pageOf = <S extends z.ZodTypeAny>(row: S, ...names: string[]) =>
	z.preprocess(
		(value) => ({ rows: value, total: isObject(value) ? value.total : undefined }),
		z.object({ rows: listOf(row, ...names), total: z.number().nullish() }),
	);

/** One page of a batch's output, with the place in it where the server tells it. */
export const outputPageSchema = z.preprocess(
	(value) => ({
		rows: value,
		...(isObject(value) ? { offset: value.offset, limit: value.limit } : {}),
	}),
	z.object({
		rows: listOf(z.unknown(), 'results'),
		offset: z.number().optional().catch(undefined),
		limit: z.number().positive().optional().catch(undefined),
	}),
);

export const agentSchema = z
	.object({
		id,
		name: z.string(),
		description: text,
		llm_config: anyObject,
		tools: z.array(z.unknown()).nullish(),
		sub_agents: z.array(z.unknown()).nullish(),
	})
	.passthrough();

export const modelSchema = z
	.object({ id, name: text, provider: text, description: text })
	.passthrough();

export const conversationSchema = z
	.object({
		id,
		agent_id: id.nullish(),
		title: text,
		created_at: text,
		updated_at: text,
		is_active: z.boolean().nullish(),
		message_count: z.number().nullish(),
		has_active_generation: z.boolean().nullish(),
		source: text,
	})
	.passthrough();

/** `{conversation, created}`, or the conversation alone. */
export const createdConversationSchema = z.preprocess(
	(value) => (isObject(value) && isObject(value.conversation) ? value.conversation : value),
	conversationSchema,
);

export const messageSchema = z
	.object({
		id,
		role: z.string(),
		content: z.unknown(),
		timestamp: text,
		created_at: text,
		metadata: anyObject,
	})
	.passthrough();

export const toolSchema = z
	.object({
		id: id.nullish(),
		name: z.string(),
		description: text,
		parameters: z.unknown(),
		args_schema: z.unknown(),
	})
	.passthrough();

export const approvalSchema = z
	.object({
		id,
		tool_name: text,
		arguments: z.unknown(),
		agent_id: id.nullish(),
		conversation_id: id.nullish(),
		status: text,
		created_at: text,
		expires_at: text,
	})
	.passthrough();

/** `results` rows are `{index, success, result, error}`; on older servers the result itself. */
export const completionsSchema = z
	.object({ results: z.array(z.unknown()), model: text })
	.passthrough();

export const batchSchema = z
	.object({ id, status: z.string(), progress: z.number().nullish(), error: z.unknown() })
	.passthrough();

export const knowledgeBaseSchema = z
	.object({ id, name: text, description: text, status: text })
	.passthrough();

export const ingestionSchema = z.object({ job_id: id.nullish(), status: text }).passthrough();

export const promptBlockSchema = z.object({ name: z.string(), description: text }).passthrough();

export const memoryBlockSchema = z
	.object({ content: z.string(), updated_at: text, block_type: text, scope: text })
	.passthrough();

export const artifactSchema = z.object({ id }).passthrough();

/** An answer that is handed on as it is. */
export const anythingSchema = z.unknown();

export type Agent = z.infer<typeof agentSchema>;
export type Model = z.infer<typeof modelSchema>;
export type Conversation = z.infer<typeof conversationSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Tool = z.infer<typeof toolSchema>;
export type Approval = z.infer<typeof approvalSchema>;
export type Completions = z.infer<typeof completionsSchema>;
export type Batch = z.infer<typeof batchSchema>;
export type KnowledgeBase = z.infer<typeof knowledgeBaseSchema>;
export type Ingestion = z.infer<typeof ingestionSchema>;
export type PromptBlock = z.infer<typeof promptBlockSchema>;
export type MemoryBlock = z.infer<typeof memoryBlockSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
