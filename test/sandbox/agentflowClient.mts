// What the tests of the AgentFlow stand-in share: a client that knows nothing of its code.
import axios from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { createParser } from 'eventsource-parser';
import { agentflow } from '../../sandbox/agentflow/index.mts';

export interface Event {
	type: string;
	call_id: string;
	parent_call_id: string | null;
	root_call_id: string;
	content: unknown;
	delta?: string;
	timestamp: string;
	seq: number;
	metadata: Record<string, unknown> | null;
}

export interface Streamed {
	/** All that arrived. */
	raw: string;
	events: Event[];
	/** The connection broke before the end. */
	broken: boolean;
}

export async function startAgentFlow() {
	const running = await agentflow.start('127.0.0.1', 0);
	const announced = Object.fromEntries(
		Object.entries(running.announce).map(([key, value]) => [key, String(value)]),
	);
	return new AgentFlowClient(announced, running.close);
}

export class AgentFlowClient {
	readonly announced: Record<string, string>;
	readonly close: () => Promise<void>;
	#user: Record<string, string>;

	constructor(announced: Record<string, string>, close: () => Promise<void>) {
		this.announced = announced;
		this.close = close;
		this.#user = { authorization: `Bearer ${announced.accessToken}` };
	}

	/** Back to the seed, and quick. */
	async reset(): Promise<void> {
		await this.control('POST', '../reset');
		await this.settings({ toolMs: 0, batchQueuedMs: 0, batchMs: 0, ingestMs: 0 });
		for (const { id } of (await this.get('/api/v1/agents')).data.agents) {
			await this.behave(id, { durationMs: 0, deltaDelayMs: 0 });
		}
	}

	async settings(change: object): Promise<void> {
		await this.control('POST', 'settings', change);
	}

	async behave(agent: string, change: object): Promise<void> {
		await this.control('POST', `agents/${agent}/behaviour`, change);
	}

	async control(method: string, path: string, data?: unknown) {
		const url = new URL(path, `${this.announced.baseUrl}/__sandbox/agentflow/`).href;
		return (await axios.request({ method, url, data })).data;
	}

	/** Any status is an answer. */
	async request(config: AxiosRequestConfig) {
		return await axios.request({
			baseURL: this.announced.baseUrl,
			validateStatus: () => true,
			...config,
			headers: { ...this.#user, ...config.headers },
		});
	}

	/** Without a token, unless the headers bring one. */
	async anonymous(config: AxiosRequestConfig) {
		return await axios.request({
			baseURL: this.announced.baseUrl,
			validateStatus: () => true,
			...config,
		});
	}

	async get(url: string, params?: Record<string, unknown>) {
		return await this.request({ method: 'GET', url, params });
	}

	async post(url: string, data?: unknown, headers?: Record<string, string>) {
		return await this.request({ method: 'POST', url, data, headers });
	}

	async agentId(name: string): Promise<string> {
		const { agents } = (await this.get('/api/v1/agents')).data;
		return agents.find((agent: { name: string }) => agent.name === name).id;
	}

	async newConversation(agentId: string): Promise<string> {
		const { data } = await this.post('/api/v1/conversations', { agent_id: agentId });
		return data.conversation.id;
	}

	/** Posts and reads the event stream to its end; `seen` is told of each event. */
	async stream(
		url: string,
		body: object,
		seen: (event: Event) => unknown = () => {},
	): Promise<Streamed> {
		const response = await fetch(`${this.announced.baseUrl}${url}`, {
			method: 'POST',
			headers: { ...this.#user, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		if (!response.ok || !response.body)
			throw new Error(`${response.status} ${await response.text()}`);
		const streamed: Streamed = { raw: '', events: [], broken: false };
		const asides: unknown[] = [];
		const parser = createParser({
			onEvent: ({ data }) => {
				if (data === '[DONE]') return;
				const event: Event = JSON.parse(data);
				streamed.events.push(event);
				asides.push(seen(event));
			},
		});
		const decoder = new TextDecoder();
		try {
			for await (const chunk of response.body) {
				const text = decoder.decode(chunk, { stream: true });
				streamed.raw += text;
				parser.feed(text);
			}
		} catch (error) {
			if (!(error instanceof Error) || error.name !== 'TypeError') throw error;
			streamed.broken = true;
		}
		await Promise.all(asides);
		return streamed;
	}
}

/** The contract's rule: the root end's text, else the root call's deltas in order. */
export function finalText(events: Event[]): string {
	const ofRoot = events.filter((event) => event.call_id === event.root_call_id);
	const content = ofRoot.find(({ type }) => type === 'end')?.content;
	if (typeof content === 'string') return content;
	if (typeof content === 'object' && content !== null) {
		const text: unknown = Reflect.get(content, 'result') ?? Reflect.get(content, 'text');
		if (typeof text === 'string') return text;
	}
	return ofRoot
		.filter(({ type }) => type === 'delta')
		.map((event) => event.content)
		.join('');
}

export async function until<T>(look: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
	const deadline = Date.now() + 5000;
	for (;;) {
		const value = await look();
		if (done(value)) return value;
		if (Date.now() > deadline) throw new Error(`Not in time: ${JSON.stringify(value)}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}
