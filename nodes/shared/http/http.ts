import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';
import type { z } from 'zod';
import { PlatformError } from '../errors';
import type { RequestOptions } from '../form/fields';
import { isObject, type Json } from '../json';
import { settle } from '../settle';
import { readAll, Unwanted, watched, type BodyStream } from './bodies';
import { ignoresCertificate } from './certificates';
import { Failures, textsIn } from './failures';
import { parseInTurns } from './jsonInTurns';
import { CutOff, walkRows, type ListedRow, type WalkOptions } from './jsonRows';
import { readPart, type ListPart, type PartOptions } from './listPart';
import { named, remember } from './notNumbers';
import { readBaseUrl } from './paths';
import { credentialTypeOf, type Platform } from './platform';
import { RateBudget } from './rateLimit';
import { routeOf, type HttpRequest, type OpenAnswer } from './request';
import { pauseBeforeRetry, type Refused, type Unanswered } from './retries';
import { sleep } from '../timer';

/** The contexts in which n8n lets a node send requests. */
export type HttpContext =
	IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions | IHookFunctions;

const REQUEST_TIMEOUT_S = 60;
/** How much longer than its budget a poll may take before n8n gives it up. */
const POLL_MARGIN_MS = 5000;

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

/** n8n's own fields of a credential, which are no secrets: the hosts that it may be sent to. */
const SETTINGS_OF_N8N = ['allowedHttpRequestDomains', 'allowedDomains'];

/** What must not be told of a credential: all but its address, and its settings. */
const secretsOf = ({ settings = [] }: Platform, credential: IDataObject): string[] =>
	Object.entries(credential)
		.filter(([name]) => !['baseUrl', ...SETTINGS_OF_N8N, ...settings].includes(name))
		.flatMap(([, value]) => textsIn(value as Json))
		// As they are sent: a pasted key may have a line break behind it.
		.map((text) => text.trim())
		.filter((text) => text.length >= 6);

type Attempt =
	| { kind: 'answer'; answer: OpenAnswer }
	| (Refused & { error: PlatformError })
	| (Unanswered & { error: PlatformError });

/** Authenticated requests to one platform through n8n's own request helper. */
export class Http {
	private readonly budget = new RateBudget();
	/** The platform's time when the first request was sent, and how far it is ahead of this machine's. */
	clock?: { at: number; ahead: number };
	/** Bytes of all answers that were read as a whole. */
	received = 0;
	/** How often the platform answered that requests come too fast. */
	slowedDown = 0;
	/** Fields that are null because the platform sent NaN or Infinity, each with the answer it is of. */
	readonly nulled = new Set<string>();

	private constructor(
		private readonly context: HttpContext,
		private readonly platform: Platform,
		private readonly credentialType: string,
		readonly baseUrl: string,
		private readonly platformHeaders: Record<string, string>,
		private readonly ignoresCertificate: boolean,
		/** The credential's values of the platform's `settings`. */
		readonly settings: IDataObject,
		private readonly failures: Failures,
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
		const url = readBaseUrl(credential.baseUrl, platform.name);
		const name = context.getNode().credentials?.[credentialType]?.name;
		const failures = new Failures({
			platform,
			host: new URL(url).host,
			credential: name ? `the credential '${name}'` : `the ${platform.name} credential`,
			secrets: secretsOf(platform, credential),
		});
		return new Http(
			context,
			platform,
			credentialType,
			url,
			platform.headers?.(credential) ?? {},
			ignoresCertificate(credential),
			Object.fromEntries(
				Object.entries(credential).filter(([name]) => platform.settings?.includes(name)),
			),
			failures,
			timeout * 1000,
			'getPollBudgetMs' in context ? Date.now() + context.getPollBudgetMs() : Infinity,
		);
	}

	private get isOAuth2(): boolean {
		return this.credentialType.endsWith('OAuth2Api');
	}

	/** What tells the account asked from any other: the credential and where it leads; no secret. */
	get account(): string {
		const { id } = this.context.getNode().credentials?.[this.credentialType] ?? {};
		const withoutLogin = this.baseUrl.replace(/\/\/[^/]*@/, '//');
		return `${this.credentialType} ${id ?? ''} ${withoutLogin}`;
	}

	/** The credential's values that must not be told, e.g. in a report. */
	get secrets(): string[] {
		return this.failures.secrets;
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
		const parsed = isEmpty ? { value: {}, nulled: [] } : await this.parsed(request, text);
		const value = this.check(request, schema, parsed.value);
		remember(value, parsed.nulled);
		return { value, headers };
	}

	/**
	 * Keeps which fields of an answer are null instead of NaN or Infinity.
	 *
	 * @param where which answer, or which part of it
	 */
	noteNulls(nulled: string[], where: string): void {
		if (nulled.length > 0) this.nulled.add(`${named(nulled)} (${where})`);
	}

	/** Sends a request and returns its answer's bytes as they are. */
	async download(
		request: HttpRequest,
	): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
		for (let attempt = 1; ; attempt++) {
			const { headers, body } = await this.open(request);
			const read = await readAll(body);
			if ('value' in read) {
				this.received += read.value.length;
				return { bytes: read.value, headers };
			}
			await this.beforeAskingAgain(request, attempt, read.error);
		}
	}

	/** Sends a request whose answer matters no further than that it is the API's own: none, or JSON. */
	async send(request: HttpRequest): Promise<void> {
		const text = await this.text(request);
		if (text.trim() !== '') await this.parsed(request, text);
	}

	/**
	 * Walks a list answer row by row, following the `next` links of page objects. A list that is
	 * cut off is read again from its beginning without repeating the rows that came out already.
	 *
	 * @param keyOf what makes two rows the same one
	 * @param rowError receives the error for a row of the wrong form; rethrow it to refuse the list
	 * @param leaveOut what is not wanted of a row: it is null
	 */
	async *rows<S extends z.ZodTypeAny>(
		request: HttpRequest,
		schema: S,
		keyOf: (row: z.infer<S>) => string,
		rowError: (error: PlatformError) => void,
		leaveOut?: WalkOptions['leaveOut'],
	): AsyncGenerator<z.infer<S>> {
		const seen = new Set<string>();
		const pages = new Set<string>();
		for (let page: HttpRequest | undefined = request; page;) {
			let next: HttpRequest | undefined;
			let index = -1;
			for (let attempt = 1; ; attempt++) {
				index = -1;
				const { body } = await this.open(page);
				const walk = walkRows(body, ['results', 'items', 'data'], { leaveOut });
				const cut = yield* this.walkPage(walk, async (text) => {
					index++;
					const parsed = await parseInTurns(text);
					const checked = parsed.ok ? schema.safeParse(parsed.value) : undefined;
					if (!parsed.ok || !checked?.success) {
						const what = parsed.ok ? issueText(checked?.error, `[${index}]`) : parsed.reason;
						rowError(this.failures.unexpected(request, what));
						return undefined;
					}
					const key = keyOf(checked.data as z.infer<S>);
					if (seen.has(key)) return undefined;
					seen.add(key);
					this.noteNulls(parsed.nulled, key);
					remember(checked.data, parsed.nulled);
					return { row: checked.data as z.infer<S> };
				});
				if (cut.error === undefined) {
					const { value } = await this.parsed(request, cut.envelope || 'null');
					next = nextPage(page, value, index + 1);
					break;
				}
				await this.beforeAskingAgain(request, attempt, cut.error);
			}
			// A server that links a page to itself would keep us for ever.
			page = next && !pages.has(JSON.stringify(next.query)) ? next : undefined;
			if (page) pages.add(JSON.stringify(page.query));
		}
	}

	/**
	 * Reads one page of a list as far as it is wanted. One that is cut off is read again from its
	 * beginning.
	 */
	async page(request: HttpRequest, options: PartOptions): Promise<ListPart> {
		for (let attempt = 1; ; attempt++) {
			const { body } = await this.open(request);
			const read = await settle(async () => await readPart(body, options));
			if ('value' in read) return read.value;
			await this.beforeAskingAgain(request, attempt, read.error);
		}
	}

	private async *walkPage<T>(
		walk: AsyncGenerator<ListedRow, string>,
		read: (text: string) => Promise<{ row: T } | undefined>,
	): AsyncGenerator<T, { envelope: string; error?: unknown }> {
		try {
			for (;;) {
				const step = await settle(async () => await walk.next());
				if ('error' in step) return { envelope: '', error: step.error };
				const { done, value } = step.value;
				if (done) return { envelope: value };
				const found = await read(value.text);
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

	/**
	 * Waits until an answer that came in part may be asked for again.
	 *
	 * @throws PlatformError why it came in part, when it is not asked for again
	 */
	private async beforeAskingAgain(
		request: HttpRequest,
		attempt: number,
		cause: unknown,
	): Promise<void> {
		const passing = !(cause instanceof SyntaxError) || cause instanceof CutOff;
		const pause = pauseBeforeRetry({ kind: 'fault', arrived: true, passing }, request, attempt);
		const signal = request.survivesStop ? undefined : this.signal;
		const isLast = pause === undefined || this.isTooLong(pause);
		const slept = isLast ? undefined : await settle(async () => await sleep(pause, signal));
		if (slept && 'value' in slept) return;
		if (cause instanceof SyntaxError) throw this.failures.unexpected(request, cause.message);
		throw this.unanswered(request, cause).error;
	}

	private async text(request: HttpRequest): Promise<string> {
		return (await this.download(request)).bytes.toString('utf8');
	}

	private async attempt(request: HttpRequest): Promise<Attempt> {
		const asked = Date.now();
		const sent = await this.dispatch(request);
		if ('answer' in sent) this.clock ??= clockOf(sent.answer.headers.date, asked);
		this.budget.answered(
			'answer' in sent ? this.platform.limitOf?.(sent.answer.headers) : undefined,
		);
		if ('error' in sent) return this.unanswered(request, sent.error);
		const { answer } = sent;
		const isFine = answer.status < 300 || answer.status === request.expected;
		if (isFine) return { kind: 'answer', answer };
		if (answer.status === 429) this.slowedDown++;
		if (this.isOAuth2) await this.learnToken();
		const read = await readAll(answer.body);
		return this.failures.refused(
			request,
			answer,
			'value' in read ? read.value.toString('utf8') : '',
		);
	}

	/** n8n may have got a token since the credential was read. */
	private async learnToken(): Promise<void> {
		const credential = await this.context.getCredentials<IDataObject>(this.credentialType);
		this.failures.learn(secretsOf(this.platform, credential));
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
			// n8n renews an OAuth2 token, and asks again, when its helper throws a 401. One before 2.10 cannot throw that alone.
			ignoreHttpStatusErrors: !this.isOAuth2,
			// The key must not follow to another host, and a redirected POST loses its body.
			disableFollowRedirect: true,
			skipSslCertificateValidation: this.ignoresCertificate,
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

	private async parsed(
		request: HttpRequest,
		text: string,
	): Promise<{ value: Json; nulled: string[] }> {
		const parsed = await parseInTurns(text);
		if (!parsed.ok) throw this.failures.notJson(request, text);
		this.noteNulls(parsed.nulled, routeOf(request));
		return parsed;
	}

	private check<S extends z.ZodTypeAny>(request: HttpRequest, schema: S, value: Json): z.infer<S> {
		const checked = schema.safeParse(value);
		if (checked.success) return checked.data as z.infer<S>;
		// What was started goes on, and can be looked at by its id.
		const { id } = isObject(value) ? value : {};
		const named = typeof id === 'string' || typeof id === 'number' ? ` (id ${id})` : '';
		throw this.failures.unexpected(request, issueText(checked.error, '') + named);
	}

	private unanswered(request: HttpRequest, cause: unknown): Attempt & { error: PlatformError } {
		if (!this.signal?.aborted || request.survivesStop) {
			return this.failures.unanswered(request, cause);
		}
		const error = new PlatformError('The execution was stopped');
		return { kind: 'fault', error, arrived: true, passing: false };
	}
}

/** What the answer's date tells, which has no more than seconds. */
function clockOf(date: string | undefined, asked: number): Http['clock'] {
	const told = Date.parse(date ?? '');
	if (Number.isNaN(told)) return undefined;
	const answered = Date.now();
	// The two clocks agree as far as can be told.
	if (told <= answered && told + 1000 > asked) return { at: asked, ahead: 0 };
	return { at: told - (answered - asked), ahead: told - answered };
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
