import { z } from 'zod';

/*
 * What the API answers, as far as this package looks at it. Every other field passes through, and
 * so does every status that is not known yet: documentation, SDKs and backend differ (contract 7).
 */

const id = z.string().min(1);
const text = z.string().nullish();
const jsonObject = z.record(z.unknown()).nullish();

/** Each answer but a list's holds its content under `data`. */
export const wrapped = <S extends z.ZodTypeAny>(schema: S) =>
	z.object({ data: schema }).passthrough();

/** An answer that matters as it is. */
export const recordSchema = z.record(z.unknown());

export const workflowSchema = z
	.object({ id, name: z.string(), description: text, inputs: jsonObject })
	.passthrough();

export const executionSchema = z
	.object({
		id,
		workflow_id: text,
		status: z.string(),
		inputs: z.unknown(),
		outputs: z.unknown(),
		// Text from the backend, an object in the documentation.
		error: z.unknown(),
		started_at: text,
		completed_at: text,
		created_at: text,
	})
	.passthrough();

/** What a start answers: the execution under another name, and before it has begun. */
export const startedSchema = z
	.object({ execution_id: id, workflow_id: text, status: z.string() })
	.passthrough()
	.transform(({ execution_id, ...rest }) => executionSchema.parse({ id: execution_id, ...rest }));

export const agentSchema = z
	.object({ id, name: z.string(), description: text, model: text })
	.passthrough();

export const memorySchema = z.object({ user_id: id, working_memory: text }).passthrough();

export const threadSchema = z.object({ id, agent_id: text, status: text }).passthrough();

export const messageSchema = z.object({ role: z.string(), content: text }).passthrough();

/** The backend nests the messages; its documentation does not (contract 7). */
export const messagesSchema = z
	.union([z.array(messageSchema), z.object({ messages: z.array(messageSchema) })])
	.transform((data) => (Array.isArray(data) ? data : data.messages));

export const replySchema = z
	.object({ message: messageSchema.nullish(), content: text })
	.passthrough();

export const triggerSchema = z
	.object({
		id,
		workflow_id: text,
		name: z.string(),
		trigger_type: text,
		enabled: z.boolean().nullish(),
	})
	.passthrough();

export const knowledgeBaseSchema = z
	.object({ id, name: z.string(), description: text })
	.passthrough();

export const queryResultSchema = z
	.object({ results: z.array(z.object({ content: text }).passthrough()) })
	.passthrough();

export const webhookSchema = z
	.object({
		id,
		name: text,
		url: z.string(),
		events: z.array(z.string()),
		is_active: z.boolean().nullish(),
	})
	.passthrough();

export const newWebhookSchema = webhookSchema.extend({ secret: z.string().min(1) });

export const deliverySchema = z
	.object({ id: z.union([id, z.number()]).transform(String), event_type: text, status: text })
	.passthrough();

export type Workflow = z.infer<typeof workflowSchema>;
export type Execution = z.infer<typeof executionSchema>;
export type Agent = z.infer<typeof agentSchema>;
export type Memory = z.infer<typeof memorySchema>;
export type Thread = z.infer<typeof threadSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Reply = z.infer<typeof replySchema>;
export type Trigger = z.infer<typeof triggerSchema>;
export type KnowledgeBase = z.infer<typeof knowledgeBaseSchema>;
export type QueryResult = z.infer<typeof queryResultSchema>;
export type Webhook = z.infer<typeof webhookSchema>;
export type NewWebhook = z.infer<typeof newWebhookSchema>;
export type Delivery = z.infer<typeof deliverySchema>;
