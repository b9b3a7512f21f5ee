import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../shared/json';
import type { Agent, Conversation, KnowledgeBase } from './schemas';

/** An answer as output items: a list of objects, an object, or anything else as `value`. */
export const asItems = (answer: unknown): unknown =>
	Array.isArray(answer) || isObject(answer) ? answer : { value: answer };

/** The names in a list; a listed row may leave the list out, which is not the same as none. */
const names = (list: unknown[] | null | undefined): string[] | null =>
	list
		? list.map((entry) => (isObject(entry) ? String(entry.name ?? entry.id ?? '') : String(entry)))
		: null;

/** An agent as the Simplify switch asks for it. */
export const agentOutput = (agent: Agent, simplify: boolean): IDataObject =>
	simplify
		? {
				id: agent.id,
				name: agent.name,
				description: agent.description ?? null,
				model: (agent.llm_config?.model ?? null) as string | null,
				tools: names(agent.tools),
				sub_agents: names(agent.sub_agents),
			}
		: (agent as IDataObject);

/** A conversation as the Simplify switch asks for it. */
export const conversationOutput = (conversation: Conversation, simplify: boolean): IDataObject =>
	simplify
		? {
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
			}
		: (conversation as IDataObject);

/** An approval. n8n's expressions refuse to read a field that is called "arguments". */
export const approvalOutput = (approval: object): IDataObject => ({
	...approval,
	tool_arguments: ('arguments' in approval ? approval.arguments : null) as IDataObject,
});

/** A knowledge base as the Simplify switch asks for it. */
export const knowledgeBaseOutput = (base: KnowledgeBase, simplify: boolean): IDataObject =>
	simplify
		? {
				id: base.id,
				name: base.name ?? null,
				description: base.description ?? null,
				status: base.status ?? null,
				document_count: (base.document_count ?? null) as number | null,
				created_at: (base.created_at ?? null) as string | null,
			}
		: (base as IDataObject);
