import type { IExecuteFunctions } from 'n8n-workflow';
import { isTool } from './asTool';

/** A chat that takes an answer while it is being written. */
export interface Chat {
	begin(): void;
	text(piece: string): void;
	end(): void;
}

/**
 * The chat that listens to this execution, for the answer to one item; undefined where none does.
 * What a node says as an AI agent's tool is for that agent, not for the chat.
 */
export function chatOf(context: IExecuteFunctions, itemIndex: number): Chat | undefined {
	if (isTool(context) || !('isStreaming' in context) || !context.isStreaming()) return undefined;
	return {
		begin: () => context.sendChunk('begin', itemIndex),
		text: (piece) => context.sendChunk('item', itemIndex, piece),
		end: () => context.sendChunk('end', itemIndex),
	};
}
