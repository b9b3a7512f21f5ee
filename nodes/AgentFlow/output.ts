import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { isObject } from '../shared/json';
import {
	approvalSchema,
	messageSchema,
	toolSchema,
	type Agent,
	type Conversation,
	type KnowledgeBase,
} from './schemas';

const text = z.string().nullable();
const texts = z.array(z.string()).nullable();

/** An answer as output items: a list of objects, an object, or anything else as `value`. */
export const asItems = (answer: unknown): unknown =>
	Array.isArray(answer) || isObject(answer) ? answer : { value: answer };

/** The names in a list; a listed row may leave the list out, which is not the same as none. */
const names = (list: unknown[] | null | undefined): string[] | null =>
	list
		? list.map((entry) => (isObject(entry) ? String(entry.name ?? entry.id ?? '') : String(entry)))
		: null;

export const simpleAgentSchema = z.object({
	id: z.string(),
	name: z.string(),
	description: text,
	model: text,
	tools: texts,
	sub_agents: texts,
});

const simplifyAgent = (agent: Agent): z.infer<typeof simpleAgentSchema> => ({
	id: agent.id,
	name: agent.name,
	description: agent.description ?? null,
	model: (agent.llm_config?.model ?? null) as string | null,
	tools: names(agent.tools),
	sub_agents: names(agent.sub_agents),
});

/** An agent as the Simplify switch asks for it. */
export const agentOutput = (agent: Agent, simplify: boolean): IDataObject =>
	simplify ? simplifyAgent(agent) : (agent as IDataObject);

export const simpleConversationSchema = z.object({
	id: z.string(),
	agent_id: text,
	title: text,
	message_count: z.number().nullable(),
	source: text,
	// In a list no conversation tells it.
	has_active_generation: z.boolean().nullish(),
	created_at: text,
	updated_at: text,
});

const simplifyConversation = (
	conversation: Conversation,
): z.infer<typeof simpleConversationSchema> => ({
	id: conversation.id,
	agent_id: conversation.agent_id ?? null,
	title: conversation.title ?? null,
	message_count: conversation.message_count ?? null,
	source: conversation.source ?? null,
	...(conversation.has_active_generation === undefined
		? {}
		: { has_active_generation: conversation.has_active_generation }),
	created_at: conversation.created_at ?? null,
	updated_at: conversation.updated_at ?? null,
});

/** A conversation as the Simplify switch asks for it. */
export const conversationOutput = (conversation: Conversation, simplify: boolean): IDataObject =>
	simplify ? simplifyConversation(conversation) : (conversation as IDataObject);

/** A message has its time in `timestamp`; on other servers in `created_at`. */
export const messageOutputSchema = messageSchema.omit({ created_at: true });

/** A tool has the schema of its arguments in `parameters`; on other servers in `args_schema`. */
export const toolOutputSchema = toolSchema.omit({ args_schema: true });

const toolArgumentsSchema = z.object({
	tool_arguments: z.record(z.unknown()).nullish() as z.ZodType<IDataObject | null | undefined>,
});

export const approvalOutputSchema = approvalSchema.extend(toolArgumentsSchema.shape);

/** An approval. n8n's expressions refuse to read a field that is called "arguments". */
export const approvalOutput = (
	approval: object,
): IDataObject & z.infer<typeof toolArgumentsSchema> => ({
	...approval,
	tool_arguments: ('arguments' in approval ? approval.arguments : null) as IDataObject,
});

export const simpleKnowledgeBaseSchema = z.object({
	id: z.string(),
	name: text,
	description: text,
	status: text,
	document_count: z.number().nullable(),
	created_at: text,
});

const simplifyKnowledgeBase = (base: KnowledgeBase): z.infer<typeof simpleKnowledgeBaseSchema> => ({
	id: base.id,
	name: base.name ?? null,
	description: base.description ?? null,
	status: base.status ?? null,
	document_count: (base.document_count ?? null) as number | null,
	created_at: (base.created_at ?? null) as string | null,
});

/** A knowledge base as the Simplify switch asks for it. */
export const knowledgeBaseOutput = (base: KnowledgeBase, simplify: boolean): IDataObject =>
	simplify ? simplifyKnowledgeBase(base) : (base as IDataObject);
