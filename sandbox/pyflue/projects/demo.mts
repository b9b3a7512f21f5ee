// What is deployed unless a control route says otherwise: small agents and workflows whose answers
// are computed from what they get.
import { RaisedError, TypedError } from '../errors.mts';
import { field } from '../project.mts';
import type { Handler, Project } from '../project.mts';
import { assistant } from './assistant.mts';
import { classify, sentencesOf, summarize, wordsOf } from './text.mts';

const SOURCE = 'local PyFlue stand-in';

export const demo: Project = {
	root: '/srv/demo',
	harness: 'stand-in',
	defaultAgent: { name: 'assistant', agent: assistant },
	agents: {
		assistant,
		classify: {
			kind: 'handler',
			webhook: true,
			run: ({ payload, log }) => {
				const text = string(field(payload, 'text'));
				const { category, scores } = classify(text);
				log('info', 'classified', { category });
				return { category, scores, words: wordsOf(text).length, source: SOURCE };
			},
		},
		internal: { ...assistant, webhook: false },
	},
	workflows: {
		/** `{text, sentences?}` */
		summarize: ({ payload, log }) => {
			const text = string(field(payload, 'text'));
			const sentences = sentencesOf(text);
			log('info', 'read the text', { sentences: sentences.length });
			const summary = summarize(sentences, number(field(payload, 'sentences'), 1));
			log('info', 'wrote the summary', { characters: summary.length });
			return { summary, words: wordsOf(text).length, sentences: sentences.length, source: SOURCE };
		},
		/** `{figures: {label: number}, previous?: {label: number}}` */
		'reports.weekly': ({ payload, log }) => {
			const figures = numbers(field(payload, 'figures'));
			const previous = numbers(field(payload, 'previous'));
			const total = sum(figures);
			log(figures.length > 0 ? 'info' : 'warn', 'counted the figures', { count: figures.length });
			const best = figures.toSorted(([, a], [, b]) => b - a)[0];
			return {
				total,
				average: figures.length > 0 ? total / figures.length : null,
				best: best ? best[0] : null,
				change: previous.length > 0 ? total - sum(previous) : null,
				source: SOURCE,
			};
		},
		/** `{ms}`: takes as long. */
		sleep: async ({ payload, log, pause }) => {
			const ms = number(field(payload, 'ms'), 1000);
			log('info', 'asleep', { ms });
			await pause(ms);
			log('info', 'awake');
			return { slept_ms: ms, source: SOURCE };
		},
		/** `{needed?, quota?}`: a typed error, unless there is enough quota. */
		over_quota: ({ payload }) => {
			const needed = number(field(payload, 'needed'), 1);
			const quota = number(field(payload, 'quota'), 0);
			if (needed <= quota) return { needed, left: quota - needed, source: SOURCE };
			throw new TypedError({
				type: 'quota_exceeded',
				message: 'No quota.',
				details: `${needed} needed, ${quota} left. (Computed by the ${SOURCE}.)`,
				status: 429,
				meta: { retry: 5 },
			});
		},
		/** `{a, b}`: answers a number, not an object, and raises for `b` = 0. */
		divide: ({ payload }) => {
			const divisor = number(field(payload, 'b'), 1);
			if (divisor === 0) throw new RaisedError('ZeroDivisionError', 'division by zero');
			return number(field(payload, 'a'), 0) / divisor;
		},
	} satisfies Record<string, Handler>,
};

function string(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function number(value: unknown, otherwise: number): number {
	return typeof value === 'number' ? value : otherwise;
}

function numbers(value: unknown): Array<[string, number]> {
	return Object.entries(value ?? {}).filter(
		(entry): entry is [string, number] => typeof entry[1] === 'number',
	);
}

function sum(entries: Array<[string, number]>): number {
	return entries.reduce((total, [, value]) => total + value, 0);
}
