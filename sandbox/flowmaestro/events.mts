import type { FastifyReply } from 'fastify';
import { isTerminal } from './executing.mts';
import type { Execution } from './records.mts';

const CLOSE_AFTER_MS = 500;
const KEEPALIVE_MS = 30_000;

/**
 * Server-sent events of an execution (contract, section 4): the end of one that has ended already,
 * and otherwise `connected` and nothing but comments, however it goes on (finding 1). Written past
 * Fastify, so without the headers of other answers.
 */
export function streamEvents(execution: Execution, reply: FastifyReply): void {
	reply.hijack();
	const stream = reply.raw;
	stream.writeHead(200, {
		'Content-Type': 'text/event-stream',
		'Cache-Control': 'no-cache',
		Connection: 'keep-alive',
		'X-Accel-Buffering': 'no',
	});

	const { id: execution_id, status, outputs, error, completed_at } = execution;
	if (isTerminal(execution)) {
		const end = { execution_id, status, outputs, error, completed_at: completed_at ?? undefined };
		stream.write(frame(`execution:${status}`, end));
		setTimeout(() => stream.end(), CLOSE_AFTER_MS);
		return;
	}
	stream.write(frame('connected', { execution_id, status }));
	const keepalive = setInterval(() => stream.write(': keepalive\n\n'), KEEPALIVE_MS);
	stream.once('close', () => clearInterval(keepalive));
}

function frame(name: string, data: object): string {
	return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
