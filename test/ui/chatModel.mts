// A stand-in of OpenAI's chat API: a model that calls the tool it is given once, with the arguments a
// test has planned, and then answers with what the tool told it.
import Fastify from 'fastify';

interface ToolDefinition {
	function: { name: string; description: string; parameters: unknown };
}

interface Message {
	role: string;
	content: unknown;
}

/** What n8n asked the model. */
interface ChatRequest {
	messages: Message[];
	tools?: ToolDefinition[];
	stream?: boolean;
}

export interface ChatModel {
	/** For the credential's Base URL. */
	baseUrl: string;
	/** Clears what it was asked and sets the arguments of its next tool call. */
	plan(toolArguments: object): void;
	/** The tools as the model sees them. */
	tools(): ToolDefinition[];
	/** What the tool call gave, as the model read it. */
	toolResult(): string;
	close(): Promise<void>;
}

export async function startChatModel(): Promise<ChatModel> {
	let requests: ChatRequest[] = [];
	let toolArguments: object = {};
	const server = Fastify();

	server.post<{ Body: ChatRequest }>('/v1/chat/completions', async ({ body }, reply) => {
		requests.push(body);
		const message = answerTo(body, toolArguments);
		const finish_reason = 'tool_calls' in message ? 'tool_calls' : 'stop';
		const base = { id: 'chatcmpl-1', created: 0, model: 'stand-in' };
		if (body.stream !== true) {
			const choices = [{ index: 0, message, finish_reason }];
			return { ...base, object: 'chat.completion', choices, usage: USAGE };
		}
		const choices = [{ index: 0, delta: message, finish_reason }];
		const chunk = { ...base, object: 'chat.completion.chunk', choices };
		return await reply
			.type('text/event-stream')
			.send(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
	});

	const address = await server.listen({ host: '127.0.0.1', port: 0 });
	return {
		baseUrl: `${address}/v1`,
		plan(planned) {
			requests = [];
			toolArguments = planned;
		},
		tools: () => requests[0]?.tools ?? [],
		toolResult: () => textOf(toolMessages(requests.at(-1)?.messages ?? []).at(-1)),
		close: async () => await server.close(),
	};
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

const toolMessages = (messages: Message[]) => messages.filter(({ role }) => role === 'tool');

const textOf = (message: Message | undefined): string =>
	typeof message?.content === 'string' ? message.content : JSON.stringify(message?.content ?? null);

function answerTo({ messages, tools = [] }: ChatRequest, toolArguments: object) {
	const result = toolMessages(messages).at(-1);
	if (result || tools.length === 0) {
		return { role: 'assistant', content: `The tool says: ${textOf(result)}` };
	}
	const call = { name: tools[0].function.name, arguments: JSON.stringify(toolArguments) };
	return {
		role: 'assistant',
		content: null,
		tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }],
	};
}
