import {
	NodeApiError,
	NodeOperationError,
	type Failure,
	type INode,
	type JsonObject,
} from 'n8n-workflow';
import { settle } from './settle';

export interface PlatformErrorDetails {
	/** What the user can do next; becomes the description of the error in the editor. */
	fix?: string;
	/** HTTP status of the platform's answer. */
	status?: number;
	/** The platform's own name for what went wrong, for workflows that go on by it. */
	type?: string;
	/** How long the platform asks to wait, in milliseconds. */
	retryAfterMs?: number;
	/** Set when no answer came at all: whether the request can have reached the platform. */
	unanswered?: 'never arrived' | 'may have arrived';
	/** The error in the platform's own form, where it has one. */
	original?: Record<string, unknown>;
	/** The run this is about, so that it is never lost from sight. */
	runId?: string;
}

/**
 * What went wrong between here and a platform, in the user's words.
 * Thrown anywhere below the router, which gives it the node and the item.
 */
export class PlatformError extends Error {
	readonly details: PlatformErrorDetails;

	constructor(message: string, details: PlatformErrorDetails = {}) {
		super(message);
		this.name = 'PlatformError';
		this.details = details;
	}

	/** The same error with more, or other, details and, where one is given, another message. */
	with(details: PlatformErrorDetails, message = this.message): PlatformError {
		const fix = details.fix?.trim() ?? this.details.fix;
		return new PlatformError(message, { ...this.details, ...details, fix });
	}
}

/** Longest text of a platform that goes into an error, in characters. */
const LONGEST_TEXT = 2000;

/** The beginning of a platform's words that is enough for an error. */
export const excerptOf = (text: string): string =>
	text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;

/** Whether it is an error answer of a platform with this HTTP status. */
export const hasStatus = (error: unknown, status: number): error is PlatformError =>
	error instanceof PlatformError && error.details.status === status;

function failureOf({
	status,
	retryAfterMs,
	unanswered,
}: PlatformErrorDetails): Failure | undefined {
	if (status === 429) return { cause: 'rate-limited', retryAfterMs };
	if (status === 401) return { cause: 'credential-invalid' };
	if (unanswered || (status !== undefined && status >= 500))
		return { cause: 'temporarily-unavailable', retryAfterMs };
	return undefined;
}

/**
 * The error n8n shows, with what to do next as its description.
 *
 * @param itemIndex index of the input item the error belongs to, if it belongs to one
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex;
		return error;
	}
	if (!(error instanceof PlatformError)) {
		const unknownError = error instanceof Error ? error : new Error(String(error));
		return new NodeOperationError(node, unknownError, { itemIndex });
	}
	const { message, details } = error;
	const description = details.fix;
	const fromPlatform = details.status !== undefined || details.unanswered !== undefined;
	const nodeError = fromPlatform
		? new NodeApiError(node, { message } as JsonObject, {
				message,
				description,
				httpCode: details.status?.toString(),
				itemIndex,
				failure: failureOf(details),
			})
		: new NodeOperationError(node, message, { description, itemIndex });
	// n8n replaces texts in which it finds the name of a network fault ("approvEPERMissions").
	nodeError.message = message;
	return nodeError;
}

/** Does some work for a node that has no items, with its failure as the error n8n shows. */
export async function withNodeError<T>(node: INode, work: () => Promise<T>): Promise<T> {
	const outcome = await settle(work);
	if ('error' in outcome) throw toNodeError(node, outcome.error);
	return outcome.value;
}
