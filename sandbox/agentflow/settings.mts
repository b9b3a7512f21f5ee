import { z } from 'zod/v4';

const milliseconds = z.number().min(0);

/** What tests and demos change about the whole instance, with the state after a reset. */
export const Settings = z.strictObject({
	/** Shapes of older servers: upper-case events in data-only streams, bare lists, bare rows. */
	older: z.boolean().default(false),
	/** Around the rows of the agent list; `array`: nothing. */
	agentList: z.enum(['array', 'agents', 'items', 'results', 'data']).default('agents'),
	/** A chat that is not streamed: all events, or the answer's text under this name. */
	collected: z
		.enum(['events', 'array', 'text', 'content', 'response', 'message', 'result'])
		.default('events'),
	/** An answer stands in the messages while it is being made; the contract leaves it open. */
	unfinishedAnswers: z.boolean().default(false),
	/**
	 * A message from a chat gets an id of the server's own, and its answer does not name it; the
	 * contract leaves it open.
	 */
	ownMessageIds: z.boolean().default(false),
	/** Requests without a bearer token pass. */
	devBypass: z.boolean().default(false),
	/** Lifetime of machine tokens, in seconds. */
	tokenSeconds: z.number().positive().default(3600),
	sse: z
		.strictObject({
			/** Writes so many bytes at a time. */
			bytesPerWrite: z.number().int().min(1).nullable().default(null),
			lineEnd: z.enum(['\n', '\r\n']).default('\n'),
			/** A comment line before each event. */
			comments: z.boolean().default(false),
			/** A closing `data: [DONE]`. */
			doneMarker: z.boolean().default(false),
		})
		.prefault({}),
	/** Breaks the connection of the next `times` streams after so many events. */
	cut: z
		.strictObject({
			afterEvents: z.number().int().min(0),
			times: z.number().int().min(1).default(1),
		})
		.nullable()
		.default(null),
	/** How long a tool works, once it may. */
	toolMs: milliseconds.default(200),
	/** How long a batch waits, and then works. */
	batchQueuedMs: milliseconds.default(300),
	batchMs: milliseconds.default(1500),
	batchOutcome: z.enum(['completed', 'failed', 'never']).default('completed'),
	/** How long documents take to get into a knowledge base. */
	ingestMs: milliseconds.default(1000),
	/** The routes that stop a run: one, none, or two that look alike. */
	cancelRoutes: z.enum(['one', 'none', 'ambiguous']).default('one'),
	/** `/api/v1` in the OpenAPI document's paths, or in its `servers`. */
	openapiPrefix: z.enum(['paths', 'servers']).default('paths'),
	/** So many more operations in the OpenAPI document. */
	extraOperations: z.number().int().min(0).max(5000).default(0),
});

export type Settings = z.output<typeof Settings>;

export function initialSettings(): Settings {
	return Settings.parse({});
}

/** What differs; throws a `ZodError` for a name or a value that is none. */
export function changeSettings(settings: Settings, change: unknown): Settings {
	const given = z.record(z.string(), z.unknown()).parse(change);
	const sse = z.record(z.string(), z.unknown()).optional().parse(given.sse);
	return Settings.parse({ ...settings, ...given, sse: { ...settings.sse, ...sse } });
}
