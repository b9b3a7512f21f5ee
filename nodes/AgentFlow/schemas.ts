import { z } from 'zod';
import { isObject } from '../shared/json';

/*
 * What the API answers, as far as this package looks at it (docs/contracts/agentflow.md). Every
 * other field passes through, and so does every value that is not known yet.
 */

/** Ids are opaque. */
const id = z
	.union([z.string().min(1), z.number()])
	.transform(String)
	.pipe(z.string());
const text = z.string().nullish();
const number = z.number().nullish();
const flag = z.boolean().nullish();
const texts = z.array(z.string()).nullish();
const anyObject = z.record(z.unknown()).nullish();

/** What is only handed on: it should be of this form, and is as good in any other. */
export const handedOn = (form: z.ZodTypeAny): z.ZodType<unknown, z.ZodTypeDef, unknown> =>
	form.catch(({ input }: { input: unknown }) => input);

const answerOf = (fields: z.ZodRawShape) => handedOn(z.object(fields).passthrough());

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
		z.object({ rows: listOf(row, ...names), total: number }),
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

export const configurationSchema = answerOf({
	system_prompt: text,
	llm_config: z
		.object({ model: text, temperature: number, max_tokens: number })
		.passthrough()
		.nullish(),
	enable_planning: flag,
	enable_reflection: flag,
	enable_retrieval: flag,
	max_turns: number,
});

export const modelSchema = z
	.object({
		id,
		name: text,
		provider: text,
		description: text,
		capabilities: answerOf({
			contextWindow: number,
			supportsVision: flag,
			supportsStreaming: flag,
			supportsTools: flag,
			supportsReasoning: flag,
		}),
		supportedReasoningEfforts: handedOn(texts),
	})
	.passthrough();

export const conversationSchema = z
	.object({
		id,
		agent_id: id.nullish(),
		title: text,
		created_at: text,
		updated_at: text,
		is_active: flag,
		message_count: number,
		has_active_generation: flag,
		source: text,
		metadata: handedOn(anyObject),
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
		conversation_id: handedOn(id.nullish()),
		role: z.string(),
		content: handedOn(text),
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
		parameters: handedOn(anyObject),
		args_schema: handedOn(anyObject),
	})
	.passthrough();

export const registeredToolSchema = answerOf({ tool_id: id.nullish() });

export const approvalSchema = z
	.object({
		id,
		tool_id: handedOn(id.nullish()),
		tool_name: text,
		arguments: handedOn(anyObject),
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
	.object({ id, status: z.string(), progress: number, error: handedOn(text) })
	.passthrough();

export const knowledgeBaseSchema = z
	.object({ id, name: text, description: text, status: text })
	.passthrough();

/** One that is being made: how it is made, and not yet what it is about. */
export const createdKnowledgeBaseSchema = handedOn(
	knowledgeBaseSchema.omit({ description: true }).extend({
		message: handedOn(text),
		files_uploaded: handedOn(number),
		configuration: handedOn(anyObject),
		source_type: handedOn(text),
	}),
);

export const ingestionSchema = z
	.object({
		kb_id: handedOn(id.nullish()),
		job_id: id.nullish(),
		files_queued: handedOn(number),
		status: text,
	})
	.passthrough();

export const passageSchema = answerOf({
	source_file: text,
	content: text,
	metadata: answerOf({ score: number }),
});

export const promptBlockSchema = z
	.object({
		name: z.string(),
		description: text,
		message: handedOn(text),
		type: handedOn(text),
		mode: handedOn(text),
		scope: handedOn(text),
		tags: handedOn(texts),
		order: handedOn(number),
		ttl: handedOn(number),
		agents: handedOn(texts),
		enabled: handedOn(flag),
	})
	.passthrough();

export const createdPromptBlockSchema = promptBlockSchema.extend({ body: handedOn(text) });

export const promptPreviewSchema = answerOf({
	name: text,
	status: text,
	body: text,
	wrapped: text,
});

export const memoryBlockSchema = z
	.object({
		id: handedOn(id.nullish()),
		block_type: text,
		content: z.string(),
		scope: text,
		agent_id: handedOn(id.nullish()),
		created_at: handedOn(text),
		updated_at: text,
	})
	.passthrough();

export const memoryLineSchema = answerOf({
	content: text,
	score: number,
	block_type: text,
	scope: text,
	agent_id: id.nullish(),
	line_number: number,
	updated_at: text,
});

export const artifactSchema = z
	.object({
		id,
		conversation_id: handedOn(id.nullish()),
		artifact_type: handedOn(text),
		content: handedOn(text),
		state: handedOn(anyObject),
		created_at: handedOn(text),
		updated_at: handedOn(text),
	})
	.passthrough();

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
export type CreatedPromptBlock = z.infer<typeof createdPromptBlockSchema>;
export type MemoryBlock = z.infer<typeof memoryBlockSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
