import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Lets the handler do its work and resets the connection where its answer would begin. */
export function resetInsteadOfAnswer(socket: Socket, response: ServerResponse): void {
	response.writeHead = () => response;
	response.flushHeaders = () => {
		socket.resetAndDestroy();
	};
	response.write = () => {
		socket.resetAndDestroy();
		return false;
	};
	response.end = () => {
		socket.resetAndDestroy();
		return response;
	};
}

/**
 * Lets the answer's head and `limit` bytes of its body through, then destroys the socket. Works on
 * the raw response, so that streams are cut too. A shorter body passes whole.
 */
export function cutAfter(socket: Socket, response: ServerResponse, limit: number): void {
	const write = response.write.bind(response);
	const end = response.end.bind(response);
	let left = limit;
	let isCut = false;

	/** Whether the connection ends with this chunk, or has ended before. */
	const cut = (chunk: unknown): boolean => {
		if (isCut) return true;
		const bytes = toBuffer(chunk);
		if (bytes.length <= left) {
			left -= bytes.length;
			return false;
		}
		isCut = true;
		write(bytes.subarray(0, left), () => socket.destroy());
		return true;
	};

	response.write = (chunk: unknown) => (cut(chunk) ? false : write(chunk));
	response.end = (chunk?: unknown) => (cut(chunk ?? '') ? response : end(chunk));
}

function toBuffer(chunk: unknown): Buffer {
	if (typeof chunk === 'string') return Buffer.from(chunk);
	if (chunk instanceof Uint8Array) return Buffer.from(chunk);
	throw new TypeError('An HTTP body is written as text or bytes');
}
