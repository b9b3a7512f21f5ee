import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { z } from 'zod/v4';
import type { Caller, Scope } from './auth.mts';
import { ApiError } from './errors.mts';
import type { Store } from './store.mts';
import { read } from './validation.mts';

export type Encoding = 'json' | 'form' | 'multipart';

/** The names in braces of a path. */
export type PathParams<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
	? Record<Name, string> & PathParams<Rest>
	: unknown;

interface Call<Path extends string, Query, Body> {
	params: PathParams<Path>;
	query: Query;
	body: Body;
	caller: Caller;
	request: FastifyRequest;
	reply: FastifyReply;
}

/** What the OpenAPI document says about an operation. */
export interface Description {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** With its parameters in braces, as in OpenAPI. */
	path: string;
	/** In snake case; FastAPI makes the summary and the `operationId` from it. */
	name: string;
	tag: string;
	query?: z.ZodType;
	body?: z.ZodType;
	/** Of the body; default `json`. */
	encoding?: Encoding;
	/** `false`: left out of the document, and answered with 404. */
	offered?: (store: Store) => boolean;
	/** `false`: works, but is not in the document. */
	documented?: boolean;
	/** Asks for no token. */
	open?: boolean;
}

interface Operation<
	Path extends string,
	Query extends z.ZodType,
	Body extends z.ZodType,
> extends Description {
	path: Path;
	query?: Query;
	body?: Body;
	/** What a token must be good for, where the contract names a scope. */
	scope?: Scope;
	handle: (call: Call<Path, z.output<Query>, z.output<Body>>) => unknown;
}

/** Registers operations: who asks is checked first, then the query and the body. */
export class Router {
	readonly operations: Description[] = [];
	readonly #api: FastifyInstance;
	readonly #store: Store;

	constructor(api: FastifyInstance, store: Store) {
		this.#api = api;
		this.#store = store;
	}

	add<
		Path extends string,
		Query extends z.ZodType = z.ZodUndefined,
		Body extends z.ZodType = z.ZodUndefined,
	>(operation: Operation<Path, Query, Body>): void {
		const store = this.#store;
		const { offered = () => true, query = z.undefined(), body = z.undefined() } = operation;
		this.operations.push(operation);
		this.#api.route({
			method: operation.method satisfies HTTPMethods,
			url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
			handler: async (request, reply) => {
				if (!offered(store)) throw new ApiError(404, 'Not Found');
				const caller = operation.open
					? { tenant: '', userId: '' }
					: store.tokens.authenticate(request.headers, operation.scope, store.settings.devBypass);
				const result = await operation.handle({
					params: request.params as PathParams<Path>,
					query: (operation.query
						? read(query, request.query, 'query')
						: undefined) as z.output<Query>,
					body: (operation.body
						? read(body, await payload(request, operation.encoding), 'body')
						: undefined) as z.output<Body>,
					caller,
					request,
					reply,
				});
				return result;
			},
		});
	}
}

async function payload(request: FastifyRequest, encoding: Encoding = 'json'): Promise<unknown> {
	if (encoding !== 'multipart') return request.body;
	const fields: Record<string, unknown> = {};
	for await (const part of request.parts()) {
		const value =
			part.type === 'file'
				? { filename: part.filename, type: part.mimetype, content: await part.toBuffer() }
				: part.value;
		const before = fields[part.fieldname];
		// A field that comes again makes a list.
		fields[part.fieldname] = before === undefined ? value : [before, value].flat();
	}
	return fields;
}
