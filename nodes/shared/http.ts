import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type IHttpRequestMethods,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type INode,
	type IPollFunctions,
} from 'n8n-workflow';
import type { z } from 'zod';
import { readAll, Unwanted, watched, type BodyStream } from './bodies';
import { PlatformError, type PlatformErrorDetails } from './errors';
import { isObject, parseJson, type Json } from './json';
import { CutOff, walkRows } from './jsonRows';
import { field, type Values } from './parameters';
import { readBaseUrl } from './paths';
import { RateBudget, type RateLimit } from './rateLimit';
import {
	ATTEMPTS,
	backoff,
	isRepeatable,
	pauseBeforeRetry,
	retryAfter,
	type Refused,
	type Unanswered,
} from './retries';
import { settle } from './settle';

/** The contexts in which n8n lets a node send requests. */
export type HttpContext =
	IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions | IHookFunctions;

/** What a platform says about an error answer of its own. */
export type Explanation = { message?: string } & Pick<
	PlatformErrorDetails,
	'fix' | 'type' | 'runId'
>;

/** What the requests to one platform have in common. */
export interface Platform {
	/** Name for people, e.g. "FlyMyAI". */
	name: string;
	/** The type of the credential in use; a function where the node lets the user choose one. */
	credentialType: string | ((node: INode) => string);
	/**
	 * Headers that n8n does not add by itself, made from the credential's values.
	 *
	 * @throws PlatformError naming the credential's field that is missing
	 */
	headers?(credential: IDataObject): Record<string, string>;
	/** Fields of the credential, beside the base URL, that are settings and no secrets. */
	settings?: string[];
	/** Reads the platform's own words out of the body, and the headers, of an error answer. */
	explain(
		status: number,
		body: Json | undefined,
		headers: Record<string, string>,
	): Explanation | undefined;
	/** What an answer's headers tell about the rate limit, where the platform tells of one. */
	limitOf?(headers: Record<string, string>): RateLimit | undefined;
}

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

const REQUEST_TIMEOUT_S = 60;
/** The field with which every operation lets the user change how requests are sent. */
export const requestOptionsField = field({
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 86_400 },
			default: 60,
			description:
				'How long a single request may take to be answered; waiting for a run is not a request',
		},
	],
});

export type RequestOptions = Values<[typeof requestOptionsField]>['requestOptions'];

/** Longest text of the platform that goes into an error, in characters. */
const LONGEST_MESSAGE = 2000;
/** How much longer than its budget a poll may take before n8n gives it up. */
const POLL_MARGIN_MS = 5000;
/** Faults of a request that certainly never reached the platform. */
const NEVER_ARRIVED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const FAULTS: Record<string, string> = {
	ECONNREFUSED: 'refused the connection',
	ENOTFOUND: 'has an address that is not known to the network',
	EAI_AGAIN: 'has an address that could not be looked up',
	ECONNABORTED: 'did not answer in time',
	ETIMEDOUT: 'did not answer in time',
};
/** Says of no single thing that it is missing; the route names its kind and its id. */
const ANONYMOUS = /^([a-z ]*not found\.?|HTTP status 404)$/i;
/** No repetition mends a certificate that is not trusted. */
const UNTRUSTED = /CERT|TLS|SSL|EPROTO/;

/** The type of the credential that this node uses. */
export const credentialTypeOf = ({ credentialType }: Platform, node: INode): string =>
	typeof credentialType === 'string' ? credentialType : credentialType(node);

/** What n8n says when it has not got an OAuth2 token. */
const NO_TOKEN = /OAuth2 access token/;

function textsIn(value: Json | undefined): string[] {
	if (typeof value === 'string' || typeof value === 'number') return [String(value)];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

/** The network's own name for what happened, wherever n8n has wrapped it. */
function faultCode(error: unknown): string {
	for (let at = error, hops = 0; isObject(at) && hops < 6; at = at.cause, hops++) {
		if (typeof at.code === 'string') return at.code;
	}
	return '';
}

function faultReason(error: unknown): string {
	return isObject(error) && typeof error.message === 'string' ? error.message : String(error);
}

interface SentAnswer {
	headers: Record<string, string>;
	body: BodyStream;
}

/** The answer that n8n's helper has thrown, wherever n8n has wrapped it. */
function thrownAnswer(error: unknown): (SentAnswer & { status: number }) | undefined {
	for (let at = error, hops = 0; isObject(at) && hops < 6; at = at.cause, hops++) {
		const { response } = at;
		if (!isObject(response) || typeof response.status !== 'number') continue;
		const { status, headers, data } = response;
		return { status, headers: headers as Record<string, string>, body: data as BodyStream };
	}
	return undefined;
}

type Attempt =
	| { kind: 'answer'; answer: OpenAnswer }
	| (Refused & { error: PlatformError })
	| (Unanswered & { error: PlatformError });

/** Authenticated requests to one platform through n8n's own request helper. */
export class Http {
	private readonly budget = new RateBudget();
	/** How often the platform answered that requests come too fast. */
	slowedDown = 0;

	private constructor(
		private readonly context: HttpContext,
		private readonly platform: Platform,
		private readonly credentialType: string,
		readonly baseUrl: string,
		private readonly platformHeaders: Record<string, string>,
		/** The credential's values of the platform's `settings`. */
		readonly settings: IDataObject,
		private readonly credentialSecrets: string[],
		/** Limit for an answer to begin, and between two pieces of its body. */
		private readonly timeoutMs: number,
		/** When a poll should be over: nothing is asked again after it. */
		private readonly deadline: number,
	) {}

	/** @throws PlatformError when the credential's base URL cannot be used */
	static async connect(
		context: HttpContext,
		platform: Platform,
		{ timeout = REQUEST_TIMEOUT_S }: RequestOptions = {},
	): Promise<Http> {
		const credentialType = credentialTypeOf(platform, context.getNode());
		const credential = await context.getCredentials<IDataObject>(credentialType);
		const { baseUrl, ...others } = credential;
		const isSetting = ([name]: [string, unknown]) => platform.settings?.includes(name) ?? false;
		const settings = Object.entries(others).filter(isSetting);
		const secrets = Object.entries(others)
			.filter((entry) => !isSetting(entry))
			.flatMap(([, value]) => textsIn(value as Json))
			.filter((text) => text.length >= 6);
		return new Http(
			context,
			platform,
			credentialType,
			readBaseUrl(baseUrl, platform.name),
			platform.headers?.(credential) ?? {},
			Object.fromEntries(settings),
			secrets,
			timeout * 1000,
			'getPollBudgetMs' in context ? Date.now() + context.getPollBudgetMs() : Infinity,
		);
	}

	private get isOAuth2(): boolean {
		return this.credentialType.endsWith('OAuth2Api');
	}

	/** What tells the account asked from any other: the credential and where it leads. */
	get account(): string {
		const { id } = this.context.getNode().credentials?.[this.credentialType] ?? {};
		return `${this.credentialType} ${id ?? ''} ${this.baseUrl}`;
	}

	/** The execution's cancel signal, where there is one. */
	get signal(): AbortSignal | undefined {
		return 'getExecutionCancelSignal' in this.context
			? this.context.getExecutionCancelSignal()
			: undefined;
	}

	/** How far apart requests that can wait have to be to stay within the rate limit, in milliseconds. */
	get pace(): number {
		return this.budget.pace;
	}

	/**
	 * Sends a request and checks its JSON answer.
	 *
	 * @throws PlatformError naming the field when the answer does not have the expected form
	 */
	async json<S extends z.ZodTypeAny>(request: HttpRequest, schema: S): Promise<z.infer<S>> {
		return (await this.answer(request, schema)).value;
	}

	/** The same, with the headers of the answer. */
	async answer<S extends z.ZodTypeAny>(
		request: HttpRequest,
		schema: S,
	): Promise<{ value: z.infer<S>; headers: Record<string, string> }> {
		const { bytes, headers } = await this.download(request);
		const text = bytes.toString('utf8');
		const isEmpty = request.mayBeEmpty === true && text.trim() === '';
		const value = this.check(request, schema, isEmpty ? {} : this.parsed(request, text));
		return { value, headers };
	}

	/** Sends a request and returns its answer's bytes as they are. */
	async download(
		request: HttpRequest,
	): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
		const repeatable = isRepeatable(request);
		for (let attempt = 1; ; attempt++) {
			const { headers, body } = await this.open(request);
			const read = await readAll(body);
			if ('value' in read) return { bytes: read.value, headers };
			const pause = backoff(attempt);
			if (!repeatable || attempt === ATTEMPTS || this.isTooLong(pause)) {
				throw this.fault(request, read.error).error;
			}
			await sleep(pause, request.survivesStop ? undefined : this.signal);
		}
	}

	/** Sends a request whose answer matters no further than that it is the API's own: none, or JSON. */
	async send(request: HttpRequest): Promise<void> {
		const text = await this.text(request);
		if (text.trim() !== '') this.parsed(request, text);
	}

	/**
	 * Walks a list answer row by row, following the `next` links of page objects. A list that is
	 * cut off is read again from its beginning without repeating the rows that came out already.
	 *
	 * @param keyOf what makes two rows the same one
	 * @param rowError receives the error for a row of the wrong form; rethrow it to refuse the list
	 */
	async *rows<S extends z.ZodTypeAny>(
		request: HttpRequest,
		schema: S,
		keyOf: (row: z.infer<S>) => string,
		rowError: (error: PlatformError) => void,
	): AsyncGenerator<z.infer<S>> {
		const seen = new Set<string>();
		const pages = new Set<string>();
		for (let page: HttpRequest | undefined = request; page;) {
			let next: HttpRequest | undefined;
			let index = -1;
			for (let attempt = 1; ; attempt++) {
				index = -1;
				const { body } = await this.open(page);
				const walk = walkRows(body, ['results', 'items', 'data']);
				const cut = yield* this.walkPage(walk, (text) => {
					index++;
					const parsed = parseJson(text);
					const checked = parsed.ok ? schema.safeParse(parsed.value) : undefined;
					if (!parsed.ok || !checked?.success) {
						const what = parsed.ok ? issueText(checked?.error, `[${index}]`) : parsed.reason;
						rowError(this.unexpected(request, what));
						return undefined;
					}
					const key = keyOf(checked.data as z.infer<S>);
					if (seen.has(key)) return undefined;
					seen.add(key);
					return { row: checked.data as z.infer<S> };
				});
				if (cut.error === undefined) {
					next = nextPage(page, this.parsed(request, cut.envelope || 'null'), index + 1);
					break;
				}
				const foreign = cut.error instanceof SyntaxError && !(cut.error instanceof CutOff);
				const isLast = attempt === (request.attempts ?? ATTEMPTS) || this.signal?.aborted;
				const pause = backoff(attempt);
				if (foreign || isLast || this.isTooLong(pause)) throw this.unreadable(request, cut.error);
				await sleep(pause, this.signal);
			}
			// A server that links a page to itself would keep us for ever.
			page = next && !pages.has(JSON.stringify(next.query)) ? next : undefined;
			if (page) pages.add(JSON.stringify(page.query));
		}
	}

	private async *walkPage<T>(
		walk: AsyncGenerator<string, string>,
		read: (text: string) => { row: T } | undefined,
	): AsyncGenerator<T, { envelope: string; error?: unknown }> {
		try {
			for (;;) {
				const step = await settle(async () => await walk.next());
				if ('error' in step) return { envelope: '', error: step.error };
				const { done, value } = step.value;
				if (done) return { envelope: value };
				const found = read(value);
				if (found) yield found.row;
			}
		} finally {
			await walk.return('');
		}
	}

	/**
	 * Sends a request and hands its answer over as soon as its head is there.
	 *
	 * @throws PlatformError for a status of 300 and above that is not expected, or when no answer came
	 */
	async open(request: HttpRequest): Promise<OpenAnswer> {
		const signal = request.afterStop ? undefined : this.signal;
		for (let attempt = 1; ; attempt++) {
			await this.budget.admit(this.signal);
			const outcome = await this.attempt(request);
			if (outcome.kind === 'answer') return outcome.answer;
			const pause = pauseBeforeRetry(outcome, request, attempt);
			const isUnwanted = (signal?.aborted ?? false) || (request.signal?.aborted ?? false);
			if (pause === undefined || isUnwanted || this.isTooLong(pause)) throw outcome.error;
			const slept = await settle(async () => await sleep(pause, signal));
			if ('error' in slept) throw outcome.error;
		}
	}

	private isTooLong(pause: number): boolean {
		return Date.now() + pause >= this.deadline;
	}

	private async text(request: HttpRequest): Promise<string> {
		return (await this.download(request)).bytes.toString('utf8');
	}

	private async attempt(request: HttpRequest): Promise<Attempt> {
		const sent = await this.dispatch(request);
		this.budget.answered(
			'answer' in sent ? this.platform.limitOf?.(sent.answer.headers) : undefined,
		);
		if ('error' in sent) return this.fault(request, sent.error);
		const { answer } = sent;
		const isFine = answer.status < 300 || answer.status === request.expected;
		if (isFine) return { kind: 'answer', answer };
		const read = await readAll(answer.body);
		return this.refusal(request, answer, 'value' in read ? read.value.toString('utf8') : '');
	}

	private async dispatch(
		request: HttpRequest,
	): Promise<{ answer: OpenAnswer } | { error: unknown }> {
		const patientMs = Math.max(this.timeoutMs, request.patienceMs ?? 0);
		const left = this.deadline - Date.now() + POLL_MARGIN_MS;
		const timeoutMs = Math.min(request.timeoutMs ?? patientMs, Math.max(POLL_MARGIN_MS, left));
		const signals = [request.signal, request.survivesStop ? undefined : this.signal];
		const unwanted = new Unwanted(signals.filter((signal) => signal !== undefined));
		const options: IHttpRequestOptions = {
			method: request.method,
			url: this.baseUrl + request.path,
			qs: request.query,
			headers: { accept: 'application/json', ...this.platformHeaders, ...request.headers },
			encoding: 'stream',
			returnFullResponse: true,
			// n8n renews an OAuth2 token, and asks again, when its helper throws a 401.
			ignoreHttpStatusErrors: this.isOAuth2 ? { ignore: true, except: [401] } : true,
			// The key must not follow to another host, and a redirected POST loses its body.
			disableFollowRedirect: true,
			timeout: timeoutMs,
			abortSignal: unwanted.signal,
		};
		if (request.body !== undefined) {
			// As text, because n8n's helper drops an empty object.
			options.body = JSON.stringify(request.body);
			options.headers = { ...options.headers, 'content-type': 'application/json' };
		} else if (request.form) {
			const encoded = new Response(request.form);
			options.body = Buffer.from(await encoded.arrayBuffer());
			options.headers = { ...options.headers, 'content-type': encoded.headers.get('content-type') };
		}
		const { httpRequestWithAuthentication } = this.context.helpers;
		const silenceMs = request.silenceMs ?? timeoutMs;
		const answerOf = (status: number, { headers, body }: SentAnswer): OpenAnswer => ({
			status,
			headers,
			body: watched(body, silenceMs, unwanted),
		});
		try {
			const response = (await httpRequestWithAuthentication.call(
				withoutCancelSignal(this.context) as unknown as IExecuteFunctions,
				this.credentialType,
				options,
			)) as { statusCode: number } & SentAnswer;
			return { answer: answerOf(response.statusCode, response) };
		} catch (error) {
			const thrown = thrownAnswer(error);
			if (thrown) return { answer: answerOf(thrown.status, thrown) };
			unwanted.settle();
			return { error };
		}
	}

	private refusal(request: HttpRequest, answer: OpenAnswer, text: string): Attempt {
		const { status } = answer;
		if (status === 429) this.slowedDown++;
		const parsed = parseJson(text);
		const body = parsed.ok ? parsed.value : undefined;
		const explained = this.platform.explain(status, body, answer.headers);
		const plain =
			parsed.ok || /^\s*</.test(text) ? '' : this.redact(text, request).trim().slice(0, 300);
		const elsewhere = status < 400 && `it redirects to ${answer.headers.location}`;
		const said = explained?.message?.trim().slice(0, LONGEST_MESSAGE);
		const words = elsewhere || said || plain || `HTTP status ${status}`;
		const reason = ANONYMOUS.test(words)
			? `${words.replace(/\.$/, '')} (${routeOf(request)})`
			: words;
		const retryAfterMs = retryAfter(answer.headers['retry-after']);
		const credential = this.context.getNode().credentials?.[this.credentialType]?.name;
		const error = new PlatformError(this.redact(`${this.platform.name}: ${reason}`, request), {
			status,
			type: explained?.type,
			runId: explained?.runId,
			retryAfterMs,
			fix: this.redact(
				explained?.fix ??
					nextStepFor(status, this.platform.name, credential, retryAfterMs, request),
				request,
			),
		});
		return { kind: 'refused', error, status, retryAfterMs };
	}

	private fault(request: HttpRequest, cause: unknown): Extract<Attempt, { kind: 'fault' }> {
		if (this.signal?.aborted && !request.survivesStop) {
			const error = new PlatformError('The execution was stopped');
			return { kind: 'fault', error, arrived: true, passing: false };
		}
		const { name } = this.platform;
		const code = faultCode(cause);
		const host = new URL(this.baseUrl).host;
		const reason = this.redact(faultReason(cause), request);
		if (NO_TOKEN.test(reason)) {
			const error = new PlatformError(`${name} could not be asked: ${reason}`, {
				unanswered: 'never arrived',
				fix: 'The login service gave no access token. Check its address, the client and the scopes in the credential.',
			});
			return { kind: 'fault', error, arrived: false, passing: false };
		}
		if (code === '' || UNTRUSTED.test(code)) {
			const error = new PlatformError(`${name} could not be asked: ${reason}`, {
				unanswered: 'never arrived',
				fix: `Check the Base URL of the credential (${host}) and the certificate of the service.`,
			});
			return { kind: 'fault', error, arrived: false, passing: false };
		}
		const arrived = !NEVER_ARRIVED.includes(code);
		const lost = arrived && !isRepeatable(request);
		const what = FAULTS[code] ?? 'closed the connection before it had answered';
		const error = new PlatformError(
			`${name} ${what}${lost ? '; the request may have arrived all the same' : ''}`,
			{
				unanswered: arrived ? 'may have arrived' : 'never arrived',
				fix: lost
					? `It was not repeated, because that could do it twice. ${request.ifUnanswered ?? 'Look at the platform before you try again.'}`
					: `Check the Base URL of the credential (${host}) and that the service is up, then run the node again.`,
			},
		);
		return { kind: 'fault', error, arrived, passing: true };
	}

	private parsed(request: HttpRequest, text: string): Json {
		const parsed = parseJson(text);
		if (parsed.ok) return parsed.value;
		const opening = this.redact(text, request).slice(0, 120).trim();
		throw this.unexpected(request, `is not JSON: ${opening}`);
	}

	private check<S extends z.ZodTypeAny>(request: HttpRequest, schema: S, value: Json): z.infer<S> {
		const checked = schema.safeParse(value);
		if (checked.success) return checked.data as z.infer<S>;
		throw this.unexpected(request, issueText(checked.error, ''));
	}

	/** A list that came in part, or is none. */
	private unreadable(request: HttpRequest, cause: unknown): PlatformError {
		if (cause instanceof SyntaxError) return this.unexpected(request, cause.message);
		return this.fault(request, cause).error;
	}

	private unexpected(request: HttpRequest, what: string): PlatformError {
		const asked = `${this.platform.name} to ${routeOf(request)}`;
		return new PlatformError(`Unexpected answer of ${asked}: ${what}`, {
			status: 200,
			fix: `Check that the Base URL of the credential leads to the API itself. If it does, the API may have changed: look for a newer version of this package. ${request.ifUnanswered ?? ''}`.trim(),
		});
	}

	private redact(text: string, request: HttpRequest): string {
		return (
			[...this.credentialSecrets, ...textsIn(request.secrets)]
				.filter((secret) => secret.length >= 4)
				// An answer may hold it as it is or as JSON writes it, e.g. the line breaks of a key.
				.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
				.reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
		);
	}
}

function issueText(error: z.ZodError | undefined, prefix: string): string {
	const issue = error?.issues[0];
	if (!issue) return 'it does not have the expected form';
	const where = issue.path.reduce<string>(
		(at, step) => (typeof step === 'number' ? `${at}[${step}]` : at ? `${at}.${step}` : step),
		prefix,
	);
	return `${where || 'the answer'}: ${issue.message}`;
}

const routeOf = ({ method, path }: HttpRequest): string => `${method} ${path}`;

function nextStepFor(
	status: number,
	platform: string,
	credential: string | undefined,
	retryAfterMs: number | undefined,
	request: HttpRequest,
): string {
	const named = credential ? `the credential '${credential}'` : `the ${platform} credential`;
	if (status < 400) {
		return `Redirects are not followed. If you trust that address, set Base URL in ${named} to its beginning.`;
	}
	if (status === 401) return `Check the key in ${named}: it is missing, wrong or no longer valid.`;
	if (status === 403) return `The key in ${named} is not allowed to do this.`;
	if (status === 404)
		return 'Check the id, and that the credential belongs to the account that owns it.';
	if (status === 429) {
		return retryAfterMs !== undefined
			? `The limit is free again in ${Math.ceil(retryAfterMs / 1000)} s. Run the node again then, with fewer items or less parallelism.`
			: 'Wait a little, then run the node again with fewer items or less parallelism.';
	}
	if (status < 500) return 'Correct the values that the message names, then run the node again.';
	return isRepeatable(request)
		? `${platform} has trouble on its side. Run the node again later.`
		: `${platform} has trouble on its side. The request was not repeated, because that could do it twice. ${request.ifUnanswered ?? ''}`.trim();
}

/** The page after this one, asked of the same route whatever host the link names. */
function nextPage(request: HttpRequest, answer: Json, rows: number): HttpRequest | undefined {
	const envelope = isObject(answer) ? answer : {};
	const query = request.query ?? {};
	const next = request.nextPage
		? request.nextPage({ query, envelope, rows })
		: linkedPage(envelope.next);
	return next && { ...request, query: { ...query, ...next } };
}

function linkedPage(link: unknown): IDataObject | undefined {
	if (typeof link !== 'string' || !link) return undefined;
	return Object.fromEntries(new URL(link, 'http://relative.invalid').searchParams);
}

/**
 * n8n ties every request of an execution to its cancel signal. Requests are sent from a context
 * that has none, because some must be heard out after a stop, and others end before one.
 */
function withoutCancelSignal(context: HttpContext) {
	return {
		helpers: context.helpers,
		logger: context.logger,
		getNode: () => context.getNode(),
		getCredentials: async (type: string) => await context.getCredentials(type),
	};
}
