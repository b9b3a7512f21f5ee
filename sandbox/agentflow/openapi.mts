import { z } from 'zod/v4';
import type { JsonObject } from './records.mts';
import type { Description, Encoding } from './router.mts';
import { extraOperations } from './routes/extra.mts';
import type { Store } from './store.mts';

const API = '/api/v1';

const MEDIA_TYPES: Record<Encoding, string> = {
	json: 'application/json',
	form: 'application/x-www-form-urlencoded',
	multipart: 'multipart/form-data',
};

const VALIDATION_ERROR = {
	HTTPValidationError: {
		type: 'object',
		title: 'HTTPValidationError',
		properties: {
			detail: { type: 'array', items: { $ref: '#/components/schemas/ValidationError' } },
		},
	},
	ValidationError: {
		type: 'object',
		title: 'ValidationError',
		required: ['loc', 'msg', 'type'],
		properties: {
			loc: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
			msg: { type: 'string' },
			type: { type: 'string' },
		},
	},
};

/** The document FastAPI would make of these operations: OpenAPI 3.1, bodies by reference. */
export function openApiDocument(operations: Description[], store: Store): JsonObject {
	const bare = store.settings.openapiPrefix === 'servers';
	const shown = [...operations, ...extraOperations(store)].filter(
		({ path, documented = true, offered = () => true }) =>
			documented && offered(store) && (!bare || path.startsWith(API)),
	);
	const paths: Record<string, JsonObject> = {};
	for (const operation of shown) {
		const path = bare ? operation.path.slice(API.length) : operation.path;
		paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
	}
	return {
		openapi: '3.1.0',
		info: { title: 'AgentFlow (local stand-in)', version: '1.0.0' },
		...(bare && { servers: [{ url: API }] }),
		paths,
		components: {
			schemas: { ...namedSchemas(), ...VALIDATION_ERROR },
			securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer' } },
		},
	};
}

function describe(operation: Description): JsonObject {
	const { name, method, path, tag, query, body, encoding = 'json', open } = operation;
	return {
		tags: [tag],
		summary: name
			.replaceAll(/(?:^|_)(\w)/g, (_match, letter: string) => ` ${letter.toUpperCase()}`)
			.trim(),
		operationId: `${name}${path.replaceAll(/\W/g, '_')}_${method.toLowerCase()}`,
		parameters: [...pathParameters(path), ...(query ? queryParameters(query) : [])],
		...(body && {
			requestBody: {
				required: true,
				content: { [MEDIA_TYPES[encoding]]: { schema: schemaOf(body) } },
			},
		}),
		responses: {
			'200': {
				description: 'Successful Response',
				content: { 'application/json': { schema: {} } },
			},
			'422': {
				description: 'Validation Error',
				content: {
					'application/json': { schema: { $ref: '#/components/schemas/HTTPValidationError' } },
				},
			},
		},
		...(!open && { security: [{ HTTPBearer: [] }] }),
	};
}

function pathParameters(path: string): JsonObject[] {
	return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' },
	}));
}

function queryParameters(query: z.ZodType): JsonObject[] {
	const { properties = {}, required = [] } = toJsonSchema(query);
	return Object.entries(properties).map(([name, schema]) => ({
		name,
		in: 'query',
		required: required.includes(name) && !takesNothing(query, name),
		schema,
	}));
}

/** Whether the field may be left out, which the schema of a preprocessed field does not show. */
function takesNothing(query: z.ZodType, name: string): boolean {
	return query instanceof z.ZodObject && query.shape[name].safeParse(undefined).success;
}

function schemaOf(body: z.ZodType): unknown {
	const id = z.globalRegistry.get(body)?.id;
	if (id !== undefined) return { $ref: reference(id) };
	const { $schema: _dialect, ...schema } = toJsonSchema(body);
	return schema;
}

/** Every schema with a name. */
function namedSchemas(): JsonObject {
	const { schemas } = z.toJSONSchema(z.globalRegistry, {
		uri: reference,
		io: 'input',
		unrepresentable: 'any',
	});
	return Object.fromEntries(
		Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, id: _name, ...schema }]) => [
			name,
			{ ...schema, title: name },
		]),
	);
}

function toJsonSchema(schema: z.ZodType) {
	return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function reference(name: string): string {
	return `#/components/schemas/${name}`;
}
