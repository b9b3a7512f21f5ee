import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { modelSchema, nameOf, usageSchema, type Reply, type Run, type StartedRun } from './schemas';

const text = z.string().nullable();
/** Any JSON: what the code on the server returns has no form known beforehand. */
const json = z.unknown() as z.ZodType<IDataObject[string]>;

const errorSchema = z
	.object({ type: text.optional(), message: text.optional(), details: text.optional() })
	.passthrough();

/** The fields of a run that a workflow goes on with, by the same names for PyFlue and Flue. */
export const simpleRunSchema = z.object({
	run_id: z.string(),
	name: text,
	instance_id: text,
	status: z.string(),
	result: json,
	error: errorSchema.nullable(),
	started_at: text,
	ended_at: text,
	duration_ms: z.number().nullable(),
});

/** The same, where the server may not have told its ID. */
export const simpleStartedRunSchema = simpleRunSchema.extend({ run_id: text });

export const simplifyRun = (run: StartedRun): z.infer<typeof simpleStartedRunSchema> => ({
	run_id: run.runId,
	name: nameOf(run) ?? null,
	instance_id: run.instanceId ?? run.owner?.instanceId ?? null,
	status: run.status,
	result: (run.result ?? null) as IDataObject | null,
	error: (run.error ?? null) as z.infer<typeof errorSchema> | null,
	started_at: run.startedAt ?? null,
	ended_at: run.endedAt ?? null,
	duration_ms: run.durationMs ?? null,
});

/** A run as the Simplify switch asks for it. */
export const runOutput = (run: StartedRun, simplify: boolean): IDataObject =>
	simplify ? simplifyRun(run) : (run as IDataObject);

/** A listed run: without a result and an error where the list does not tell them, as Flue's. */
export function listedRunOutput(run: Run, simplify: boolean): IDataObject {
	const output = runOutput(run, simplify);
	if ('result' in run || 'error' in run) return output;
	return Object.fromEntries(
		Object.entries(output).filter(([name]) => name !== 'result' && name !== 'error'),
	);
}

/** The answer of a persistent agent; a stream tells neither usage nor model. */
export const answerSchema = z.object({
	text: z.string(),
	metadata: z.record(z.unknown()),
	usage: usageSchema.nullable(),
	model: modelSchema.nullable(),
});

export const replyOutput = ({
	text,
	metadata,
	usage,
	model,
}: Reply): z.infer<typeof answerSchema> => ({
	text,
	metadata: metadata ?? {},
	usage: usage ?? null,
	model: model ?? null,
});
