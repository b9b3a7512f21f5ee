import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { isTool } from './asTool';
import { PlatformError } from './errors';
import { isObject } from './json';

/** A chat that takes an answer while it is being written. */
export interface Chat {
	begin(): void;
	text(piece: string): void;
	end(): void;
}

const isStreamed = (context: IExecuteFunctions): boolean =>
	!isTool(context) && 'isStreaming' in context && context.isStreaming();

/** An error as a chat that listens has to get it: n8n shows there nothing of it but the description. */
export function toldInChat(context: IExecuteFunctions, error: unknown): unknown {
	if (!isStreamed(context) || !(error instanceof PlatformError)) return error;
	const { message, details } = error;
	const fix = [message, details.fix].filter(Boolean).join('\n\n');
	return new PlatformError(message, { ...details, fix });
}

/**
 * The chat that listens to this execution, for the answer to one item; undefined where none does.
 * What a node says as an AI agent's tool is for that agent, not for the chat.
 */
export function chatOf(context: IExecuteFunctions, itemIndex: number): Chat | undefined {
	if (!isStreamed(context)) return undefined;
	return {
		begin: () => context.sendChunk('begin', itemIndex),
		text: (piece) => context.sendChunk('item', itemIndex, piece),
		end: () => context.sendChunk('end', itemIndex),
	};
}

/**
 * The chat trigger whose chat does not stream and takes this node's output for its answer; undefined
 * where there is none.
 */
export function chatWithoutStream(context: IExecuteFunctions): INode | undefined {
	const trigger = context.getChatTrigger();
	if (!trigger || responseModeOf(trigger) !== 'lastNode') return undefined;
	const { name } = context.getNode();
	const isBehind = context.getParentNodes(name).some((node) => node.name === trigger.name);
	return isBehind && context.getChildNodes(name).length === 0 ? trigger : undefined;
}

/** As n8n itself reads it. */
function responseModeOf({ parameters: { options, availableInChat } }: INode): unknown {
	const chosen = isObject(options) && 'responseMode' in options ? options.responseMode : undefined;
	return chosen ?? (availableInChat === true ? 'streaming' : 'lastNode');
}
