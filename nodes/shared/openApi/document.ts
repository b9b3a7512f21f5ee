import { isObject } from '../json';

/** How a body is encoded, as far as it can be sent from here. */
export type BodyEncoding = 'json' | 'form' | 'multipart';

export interface ApiParameter {
	name: string;
	in: 'path' | 'query' | 'header';
	required: boolean;
	schema: Record<string, unknown>;
}

/** One operation of an API's OpenAPI document. */
export interface ApiOperation {
	/** Method and path, e.g. "POST /api/v1/agents": what names the operation. */
	key: string;
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Below the base URL, with its parameters in braces. */
	path: string;
	operationId?: string;
	summary?: string;
	description?: string;
	tags: string[];
	parameters: ApiParameter[];
	body?: { encoding: BodyEncoding; required: boolean; schema: Record<string, unknown> };
	/** The media types of a body that cannot be sent from here. */
	foreignBody?: string[];
}

/** An API's operations, and what their schemas refer to. */
export interface ApiDocument {
	operations: ApiOperation[];
	/** The document's `components`, at which its references point. */
	components: Record<string, unknown>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const ENCODINGS: Array<[mediaType: RegExp, encoding: BodyEncoding]> = [
	[/^application\/([\w.-]+\+)?json\b/i, 'json'],
	[/^multipart\/form-data\b/i, 'multipart'],
	[/^application\/x-www-form-urlencoded\b/i, 'form'],
];
/** What the credential and the transport decide, whatever the document says. */
const OWN_HEADERS =
	/^(authorization|cookie|host|connection|transfer-encoding|accept|content-.*|snc-.*)$/i;
/** A path that stays what it is behind a base URL: it leads to no other host and climbs no folder. */
const PLAIN_PATH = /^\/(?!\/)[^\\?#\s]*$/;

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** Follows a `#/…` reference; anything else stays as it is. */
export function dereference(value: unknown, document: Record<string, unknown>): unknown {
	let at = value;
	for (let hops = 0; isObject(at) && typeof at.$ref === 'string' && hops < 10; hops++) {
		if (!at.$ref.startsWith('#/')) return undefined;
		at = at.$ref
			.slice(2)
			.split('/')
			.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
			.reduce<unknown>((part, step) => (isObject(part) ? part[step] : undefined), document);
	}
	return at;
}

/**
 * Where the document's paths begin: the path of its first server. Its host counts for nothing,
 * because requests go to the credential's host and nowhere else.
 *
 * @param baseUrl the credential's, which may hold that path already
 */
function prefixOf(document: Record<string, unknown>, baseUrl: string): string {
	const [server] = Array.isArray(document.servers) ? document.servers : [];
	const url = isObject(server) ? text(server.url) : undefined;
	if (!url || !URL.canParse(url, 'http://any.invalid')) return '';
	const prefix = new URL(url, 'http://any.invalid').pathname.replace(/\/+$/, '');
	return new URL(baseUrl).pathname.replace(/\/+$/, '').endsWith(prefix) ? '' : prefix;
}

function parametersOf(
	route: string,
	given: unknown[],
	document: Record<string, unknown>,
): ApiParameter[] {
	// What stands in the path is needed, declared or not. An operation's own parameter comes last
	// and replaces its path's of the same name.
	const found = new Map<string, ApiParameter>();
	for (const [, name] of route.matchAll(/\{([^}]+)\}/g)) {
		found.set(`path ${name}`, { name, in: 'path', required: true, schema: { type: 'string' } });
	}
	for (const entry of given) {
		const parameter = dereference(entry, document);
		if (!isObject(parameter)) continue;
		const { name, in: place, required, schema, description } = parameter;
		if (typeof name !== 'string') continue;
		if (place !== 'path' && place !== 'query' && place !== 'header') continue;
		if (place === 'header' && OWN_HEADERS.test(name)) continue;
		found.set(`${place} ${name}`, {
			name,
			in: place,
			required: place === 'path' || required === true,
			schema: {
				...(text(description) ? { description } : {}),
				...(isObject(schema) ? schema : {}),
			},
		});
	}
	return [...found.values()];
}

function bodyOf(
	given: unknown,
	document: Record<string, unknown>,
): Pick<ApiOperation, 'body' | 'foreignBody'> {
	const requestBody = dereference(given, document);
	if (!isObject(requestBody) || !isObject(requestBody.content)) return {};
	const types = Object.entries(requestBody.content);
	for (const [pattern, encoding] of ENCODINGS) {
		const media = types.find(([type]) => pattern.test(type))?.[1];
		if (!isObject(media)) continue;
		const schema = isObject(media.schema) ? media.schema : {};
		return { body: { encoding, required: requestBody.required === true, schema } };
	}
	return types.length > 0 ? { foreignBody: types.map(([type]) => type) } : {};
}

/**
 * Reads an OpenAPI 3 document.
 *
 * @param baseUrl what the operations' paths are put behind
 * @returns undefined when it is none
 */
export function readDocument(document: unknown, baseUrl: string): ApiDocument | undefined {
	if (!isObject(document) || !isObject(document.paths)) return undefined;
	const prefix = prefixOf(document, baseUrl);
	const operations: ApiOperation[] = [];
	for (const [route, given] of Object.entries(document.paths)) {
		const item = dereference(given, document);
		const path = prefix + route;
		const climbs = path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
		if (!isObject(item) || !PLAIN_PATH.test(path) || climbs) continue;
		const shared = Array.isArray(item.parameters) ? item.parameters : [];
		for (const method of METHODS) {
			const operation = item[method];
			if (!isObject(operation)) continue;
			const own = Array.isArray(operation.parameters) ? operation.parameters : [];
			const upper = method.toUpperCase() as ApiOperation['method'];
			operations.push({
				key: `${upper} ${path}`,
				method: upper,
				path,
				operationId: text(operation.operationId),
				summary: text(operation.summary),
				description: text(operation.description),
				tags: Array.isArray(operation.tags) ? operation.tags.map(String) : [],
				parameters: parametersOf(route, [...shared, ...own], document),
				...bodyOf(operation.requestBody, document),
			});
		}
	}
	return { operations, components: isObject(document.components) ? document.components : {} };
}

/** The names of the fields of an operation's body; none where it is no object. */
export function bodyFields({ components }: ApiDocument, { body }: ApiOperation): string[] {
	return Object.keys(propertiesOf(body?.schema, components));
}

/**
 * A schema's properties, behind references and "or null" alike.
 *
 * @param seen the schemas it is a part of: a kind of thing and its base may refer to each other
 */
export function propertiesOf(
	schema: unknown,
	components: Record<string, unknown>,
	seen = new Set<unknown>(),
): Record<string, unknown> {
	const resolved = dereference(schema, { components });
	if (!isObject(resolved) || seen.has(resolved)) return {};
	seen.add(resolved);
	const parts = [resolved.allOf, resolved.anyOf, resolved.oneOf].flat().filter(isObject);
	return Object.assign(
		{},
		...parts.map((part) => propertiesOf(part, components, seen)),
		isObject(resolved.properties) ? resolved.properties : {},
	) as Record<string, unknown>;
}

/** The names of a schema's properties that must be there. */
export function requiredOf(
	schema: unknown,
	components: Record<string, unknown>,
	seen = new Set<unknown>(),
): string[] {
	const resolved = dereference(schema, { components });
	if (!isObject(resolved) || seen.has(resolved)) return [];
	seen.add(resolved);
	const parts = Array.isArray(resolved.allOf) ? resolved.allOf : [];
	return [
		...parts.flatMap((part) => requiredOf(part, components, seen)),
		...(Array.isArray(resolved.required) ? resolved.required.map(String) : []),
	];
}
