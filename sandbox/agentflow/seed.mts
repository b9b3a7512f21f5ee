import { randomUUID } from 'node:crypto';
import { ACTING_USER } from './auth.mts';
import { writeMemory } from './memory.mts';
import { addAgent } from './routes/agents.mts';
import { addConversation } from './routes/conversations.mts';
import { addKnowledgeBase } from './routes/knowledgeBases.mts';
import { addPromptBlock } from './routes/promptBlocks.mts';
import { newTool } from './routes/tools.mts';
import type { Store } from './store.mts';

/** What a fresh instance has: the contract's built-in agents, and something to look at. */
export function seed(store: Store): void {
	const emails = addAgent(store, {
		name: 'EmailsAgent',
		description: 'Reads and writes e-mail',
		tools: [
			newTool({
				name: 'send_email',
				description: 'Sends an e-mail. Somebody has to approve it.',
				parameters: textArguments('to', 'subject', 'body'),
				tags: ['email'],
				requireApproval: true,
			}),
		],
	});
	const tasks = addAgent(store, {
		name: 'TasksAgent',
		description: 'Keeps the task list',
		tools: [
			newTool({
				name: 'create_task',
				description: 'Adds a task to the list',
				parameters: textArguments('title'),
				tags: ['tasks'],
			}),
			newTool({
				name: 'rate_priority',
				description: 'Says whether a text is low, normal or urgent',
				parameters: textArguments('text'),
				tags: ['tasks'],
			}),
		],
	});
	const meetings = addAgent(store, {
		name: 'MeetingsAgent',
		description: 'Plans meetings and writes their minutes',
	});
	const research = addAgent(store, {
		name: 'ResearchAgent',
		description: 'Finds things out',
		enable_planning: true,
		enable_retrieval: true,
		tools: [
			newTool({
				name: 'count_words',
				description: 'Counts the words of a text',
				parameters: textArguments('text'),
			}),
		],
	});
	const records = addAgent(store, {
		name: 'RecordsAgent',
		description: 'Looks up customers and orders',
		tools: [
			newTool({
				name: 'lookup_order',
				description: 'Says where an order is',
				parameters: textArguments('order_number'),
				tags: ['orders'],
			}),
		],
	});
	const snowflake = addAgent(store, {
		name: 'SnowflakeAgent',
		description: 'Answers questions about the data warehouse',
	});
	const main = addAgent(store, {
		name: 'MainAgent',
		description: 'Hands each request to the agent that fits',
		enable_planning: true,
		subAgents: [emails, tasks, meetings, research, records, snowflake].map(({ id }) => id),
	});

	addKnowledgeBase(store, {
		name: 'Shop handbook',
		description: 'How the demo shop works',
		tags: ['shop', 'support'],
		source_type: 'files',
		configuration: {
			chunk_size: 1200,
			overlap_percentage: 0.15,
			chunking_strategy: 'auto',
			vector_db_type: 'pgvector',
		},
		documents: [
			{
				id: randomUUID(),
				source_file: 'returns.md',
				text:
					'Customers may return goods within 30 days.\n\n' +
					'A refund is paid within 5 working days after the goods have arrived.',
			},
			{
				id: randomUUID(),
				source_file: 'shipping.md',
				text:
					'Shipping inside the country takes 2 working days and costs 5 euros.\n\n' +
					'Orders above 50 euros are shipped free of charge.',
			},
		],
	});

	addPromptBlock(store, {
		name: 'house_style',
		description: 'How answers should sound',
		message: 'system',
		type: 'static',
		mode: 'cached',
		scope: 'conversation',
		tags: ['style'],
		order: 0,
		ttl: null,
		agents: ['MainAgent'],
		enabled: true,
		body: 'You are {agent_name}. Answer briefly and kindly.',
	});
	addPromptBlock(store, {
		name: 'open_tickets',
		description: 'The tickets of the moment, worked out on the server',
		message: 'user',
		type: 'dynamic',
		mode: 'real_time',
		scope: 'turn',
		tags: ['support'],
		order: 1,
		ttl: 60,
		agents: ['MainAgent', 'RecordsAgent'],
		enabled: true,
		body: 'There are no open tickets.',
	});

	writeMemory(store, {
		type: 'archival',
		scope: 'user',
		owner: ACTING_USER,
		content: 'Ada prefers short answers.\nAda works in Lisbon.',
	});

	const chat = addConversation(store, {
		agent_id: main.id,
		title: 'Where is my order?',
		userId: ACTING_USER,
	});
	store.addMessage(chat, { role: 'user', content: 'My order number is 1002.' });
	store.addMessage(chat, { role: 'assistant', content: 'Order 1002 is on its way.' });
	addConversation(store, {
		agent_id: emails.id,
		title: 'Newsletter',
		userId: ACTING_USER,
		source: 'crm',
		sourceRefId: 'campaign-7',
	});
	addConversation(store, {
		agent_id: emails.id,
		title: 'Newsletter, continued by a colleague',
		userId: 'grace@example.com',
		source: 'crm',
		sourceRefId: 'campaign-7',
	});
}

function textArguments(...names: string[]) {
	return {
		type: 'object',
		properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
		required: names,
	};
}
