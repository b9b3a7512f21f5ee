import { search } from '../knowledgeBases.mts';
import type { Agent, Answer, Message } from '../records.mts';
import { timestamp } from '../store.mts';
import type { Store } from '../store.mts';
import { OWNER } from './accounts.mts';
import { KNOWLEDGE_BASES } from './knowledgeBases.mts';
import { NOTE } from './workflows.mts';

export const AGENTS = {
	support: '55555555-0000-4000-8000-000000000001',
	listener: '55555555-0000-4000-8000-000000000002',
};

/** How like a question a passage must be to answer it. */
const LIKE_ENOUGH = 0.15;

export function seedAgents(store: Store): void {
	addAgent(store, {
		id: AGENTS.support,
		name: 'Shop Support',
		description: 'Answers questions about shipping, returns and warranty from the Shop Handbook',
		system_prompt: 'Answer from the handbook.',
		available_tools: [
			{
				id: KNOWLEDGE_BASES.handbook,
				name: 'search_handbook',
				description: 'Searches the Shop Handbook',
				type: 'knowledge_base',
			},
		],
		memory_config: { type: 'vector', max_messages: 20 },
		reply: (conversation) => lookUp(store, newest(conversation)),
	});
	addAgent(store, {
		id: AGENTS.listener,
		name: 'Good Listener',
		description: 'Remembers what a thread said and tells it back',
		system_prompt: 'Remember everything.',
		reply: (conversation) => ({ outcome: 'completed', content: recall(conversation) }),
	});
}

type NewAgent = Pick<Agent, 'id' | 'name' | 'reply'> & Partial<Agent>;

export function addAgent(store: Store, given: NewAgent): Agent {
	const now = timestamp();
	const agent: Agent = {
		...OWNER,
		description: null,
		model: 'gpt-4o',
		provider: 'openai',
		system_prompt: '',
		temperature: 0.7,
		max_tokens: 4000,
		available_tools: [],
		memory_config: { type: 'buffer', max_messages: 20 },
		created_at: now,
		updated_at: now,
		memories: new Map(),
		ofOtherThreads: [],
		behaviour: {},
		...given,
	};
	store.agents.set(agent.id, agent);
	return agent;
}

function lookUp(store: Store, question: string): Answer {
	const handbook = store.knowledgeBases.get(KNOWLEDGE_BASES.handbook);
	const best = handbook && search(handbook, question)[0];
	if (!best || best.score < LIKE_ENOUGH) {
		return { outcome: 'completed', content: `The handbook says nothing about that. (${NOTE})` };
	}
	return {
		outcome: 'completed',
		content: `${best.content} (From ${best.document_name}. ${NOTE})`,
		tool: { name: 'search_handbook', arguments: { query: question }, result: best.content },
	};
}

function recall(conversation: Message[]): string {
	const earlier = conversation.filter(({ role }) => role === 'user').slice(0, -1);
	const told = earlier.map(({ content }) => `"${content}"`).join(', ');
	const memory = told === '' ? 'This is your first message.' : `Before, you said ${told}.`;
	return `You said "${newest(conversation)}". ${memory} (${NOTE})`;
}

function newest(conversation: Message[]): string {
	return conversation.at(-1)?.content ?? '';
}
