import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';
import type { Json } from '../json';

export interface HttpRequest {
	method: IHttpRequestMethods;
	/** Path below the base URL, made with `path` so that every id in it is encoded. */
	path: string;
	query?: IDataObject;
	body?: Json;
	/** Multipart, or form-encoded. */
	form?: FormData | URLSearchParams;
	headers?: Record<string, string>;
	/** Repeating it changes nothing on the platform, so any passing fault may be retried. Default: GET only. */
	repeatable?: boolean;
	/** Any refusal, a 429 too, may come from the work that the request set off: it is not sent again. */
	once?: boolean;
	/** Once sent, heard out even when the user stops the execution. */
	survivesStop?: boolean;
	/** Sent, and repeated, even after the user has stopped the execution: it ends something. */
	afterStop?: boolean;
	/** A status of 300 or above that is the answer, and no error. */
	expected?: number;
	/** An answer without a word is a good one too, and reads as an empty object. */
	mayBeEmpty?: boolean;
	/** How often it is tried at most. */
	attempts?: number;
	/** How the user can find out what a request did whose answer got lost. */
	ifUnanswered?: string;
	/** Whatever texts are in here never appear in an error. */
	secrets?: Json;
	timeoutMs?: number;
	/** What the form calls `timeoutMs`, for the error that names it. */
	timeoutName?: string;
	/** Work that may take so long, where the user's own timeout is not longer. */
	patienceMs?: number;
	/** Longest silence between two pieces of the answer, in milliseconds. Default: the timeout. */
	silenceMs?: number;
	/** Ends the reading of an open answer. */
	signal?: AbortSignal;
	/** The query of the page after this one of a list. Default: that of the answer's `next` link. */
	nextPage?(page: ListPage): IDataObject | undefined;
}

/** One page of a list, as it was asked for and answered. */
export interface ListPage {
	query: IDataObject;
	/** What stands beside the rows. */
	envelope: Record<string, unknown>;
	/** How many rows it held. */
	rows: number;
}

/** An answer whose body is read as it arrives. */
export interface OpenAnswer {
	status: number;
	headers: Record<string, string>;
	body: AsyncIterable<Buffer>;
}

/** The request as errors name it. */
export const routeOf = ({ method, path }: HttpRequest): string => `${method} ${path}`;
