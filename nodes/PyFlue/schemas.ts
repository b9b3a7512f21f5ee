import { z } from 'zod';

/*
 * What the server answers, as far as this package looks at it. Every other field passes through,
 * and so does every status that is not known yet. PyFlue writes most names twice, in snake and in
 * camel case; Flue 0.8 has the latter only, so that one is read.
 */

const text = z.string().nullish();
const unknownObject = z.record(z.unknown()).nullish();
/** Nothing rests on it: of another type than expected it is as if it were missing. */
const amount = z.number().nullish().catch(undefined);

export const agentSchema = z
	.object({
		name: z.string(),
		path: text,
		triggers: z.object({ webhook: z.boolean().nullish() }).passthrough().nullish(),
	})
	.passthrough();

export const agentListSchema = z.object({ agents: z.array(agentSchema) }).passthrough();

export const usageSchema = z
	.object({
		input: amount,
		output: amount,
		cache_read: amount,
		cache_write: amount,
		total_tokens: amount,
		cost: z
			.object({
				input: amount,
				output: amount,
				cache_read: amount,
				cache_write: amount,
				total: amount,
			})
			.passthrough()
			.nullish()
			.catch(undefined),
	})
	.passthrough();

export const modelSchema = z.object({ id: text.catch(undefined) }).passthrough();

/** The answer of a persistent agent. */
export const replySchema = z
	.object({
		text: z.string(),
		metadata: unknownObject,
		usage: usageSchema.nullish(),
		model: modelSchema.nullish(),
	})
	.passthrough();

export const dispatchedSchema = z
	.object({ status: text, dispatchId: z.string(), acceptedAt: text })
	.passthrough();

export const abortedSchema = z.object({ aborted: z.boolean(), session_id: text }).passthrough();

export const runSchema = z
	.object({
		runId: z.string().min(1),
		status: z.string(),
		agentName: text,
		instanceId: text,
		/** Flue's place for the two. */
		owner: z.object({ workflowName: text, instanceId: text }).passthrough().nullish(),
		startedAt: text,
		endedAt: text,
		durationMs: z.number().nullish(),
		error: z.unknown(),
		result: z.unknown(),
	})
	.passthrough();

/** The same, where the server may not have told its ID. */
export const startedRunSchema = runSchema.extend({ runId: z.string().min(1).nullable() });

export const eventSchema = z
	.object({
		run_id: text,
		runId: text,
		event_index: z.number().nullish(),
		eventIndex: z.number(),
		type: z.string(),
		/** Seconds since the epoch on PyFlue, an ISO time on Flue. */
		timestamp: z.union([z.number(), z.string()]).nullish(),
		data: unknownObject,
	})
	.passthrough();

export const eventPageSchema = z.object({ events: z.array(eventSchema) }).passthrough();

/** PyFlue always has null for the triggers here, Flue has no such field. */
export const namedSchema = z.object({ name: z.string(), triggers: z.unknown() }).passthrough();
export const instanceSchema = z.object({ instanceId: z.string() }).passthrough();

export type Agent = z.infer<typeof agentSchema>;
export type Reply = z.infer<typeof replySchema>;
export type Dispatched = z.infer<typeof dispatchedSchema>;
export type Aborted = z.infer<typeof abortedSchema>;
export type Run = z.infer<typeof runSchema>;
export type StartedRun = z.infer<typeof startedRunSchema>;
export type RunEvent = z.infer<typeof eventSchema>;
export type Named = z.infer<typeof namedSchema>;
export type Instance = z.infer<typeof instanceSchema>;

/** The agent or workflow a run is of. */
export const nameOf = ({ agentName, owner }: StartedRun): string | undefined =>
	agentName ?? owner?.workflowName ?? undefined;
