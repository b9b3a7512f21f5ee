// The project that was deployed when the transcripts beside the wire contract were recorded.
import { RaisedError, TypedError } from '../errors.mts';
import { field } from '../project.mts';
import type { PersistentAgent, Project } from '../project.mts';
import { NOT_JSON } from '../records.mts';

const assistant: PersistentAgent = {
	kind: 'persistent',
	webhook: true,
	answer: (message) => {
		if (message === 'FAIL') throw new RaisedError('RuntimeError', 'model exploded');
		return { text: `echo: ${message}`, metadata: { backend: 'echo' }, model: 'test/echo' };
	},
};

export const recorded: Project = {
	root: '/srv/recorded',
	harness: 'echo',
	defaultAgent: { name: 'assistant', agent: assistant },
	agents: {
		assistant,
		handler: {
			kind: 'handler',
			webhook: true,
			run: ({ instanceId, payload, log }) => {
				log('info', 'started');
				return { ok: true, agent_id: instanceId, payload };
			},
		},
		internal: { ...assistant, webhook: false },
		rawstr: { kind: 'handler', webhook: true, run: () => 'plain' },
	},
	workflows: {
		echo: ({ runId, payload, log }) => {
			log('info', 'working', { step: 1 });
			return {
				echo: field(payload, 'msg') ?? '',
				id: runId,
				keys: typeof payload === 'object' && payload !== null ? Object.keys(payload).sort() : [],
			};
		},
		slow: async ({ payload, log, pause }) => {
			const ticks = number(field(payload, 'ticks'), 3);
			for (let i = 0; i < ticks; i += 1) {
				log('info', 'tick', { i });
				await pause(number(field(payload, 'delay'), 0.5) * 1000);
			}
			return { ticks };
		},
		boom: () => {
			throw new RaisedError('RuntimeError', 'kaboom');
		},
		typed_error: () => {
			throw new TypedError({
				type: 'quota_exceeded',
				message: 'No quota.',
				details: 'try later',
				status: 429,
				meta: { retry: 5 },
			});
		},
		nonjson: () => NOT_JSON,
		scalar: () => 'just a string',
		'reports.weekly': ({ headers }) => ({ ok: true, ua: headers['user-agent'] ?? '' }),
	},
};

function number(value: unknown, otherwise: number): number {
	return typeof value === 'number' ? value : otherwise;
}
