// Runs as a platform may describe them for a report.
import type { Drawing, Report, Step } from '../../../nodes/shared/report/report.ts';

export const BEGIN = Date.UTC(2026, 10, 27, 11, 3, 4);

export const drawing: Drawing = {
	zone: 'Europe/Berlin',
	at: BEGIN + 3_600_000,
	secrets: ['fly-sandbox-key'],
};

/** A step that began so many seconds after the run, and took so many. */
export const step = (begin: number, took: number | undefined, given: Partial<Step> = {}): Step => ({
	kind: 'Tool call',
	name: 'web_search',
	state: 'succeeded',
	begin: BEGIN + begin * 1000,
	...(took === undefined ? {} : { end: BEGIN + (begin + took) * 1000 }),
	parts: [],
	...given,
});

export const base: Report = {
	platform: 'FlyMyAI',
	noun: 'run',
	id: 'won-gsfr-mxp',
	title: 'Web Researcher',
	status: 'completed',
	state: 'succeeded',
	begin: BEGIN,
	end: BEGIN + 12_400,
	facts: [['Agent ID', '5eed0000-0000-4000-8000-000000000001']],
	parts: [],
	steps: [],
};

/** A run that went well, with steps side by side and a table in its output. */
export const completed: Report = {
	...base,
	facts: [...base.facts, ['Tokens', '1 204 in, 388 out'], ['Cost', '$0.0132']],
	parts: [
		{ title: 'Goal', value: 'Research {{ topic }} and name your sources' },
		{ title: 'Inputs', value: { topic: 'Solar power on farmland', depth: 'deep' } },
		{
			title: 'Output',
			value: {
				summary: 'Panels above crops shade them.\nYields of berries rise, those of wheat fall.',
				key_findings: ['Berries gain 12 %', 'Wheat loses 18 %'],
				sources: [
					{ title: 'Agrivoltaics in Europe', url: 'https://example.org/a?x=1&y=2', year: 2025 },
					{ title: 'Shade & yield', url: 'https://example.org/b', year: 2026, score: { best: 1 } },
				],
				meta: { rounds: 2, model: { id: 'large' } },
			},
		},
	],
	steps: [
		step(0.2, undefined, {
			kind: 'Functions declared',
			name: '',
			state: 'noted',
			parts: [{ title: 'Details', value: { functions: ['web_search', 'read_page'] } }],
		}),
		step(0.4, 3.1, {
			parts: [
				{
					title: 'Arguments',
					value: '{"query":"agrivoltaics","limit":5,"api_key":"sk-1234567890abcdef"}',
				},
				{ title: 'Result', value: [{ title: 'Agrivoltaics in Europe', rank: 1 }] },
			],
		}),
		step(0.6, 6.2, { name: 'read_page' }),
		step(3.6, 4.4, { name: 'read_page' }),
		step(8.2, 0.04, { name: 'remember', kind: 'Memory' }),
		step(8.4, 3.9, { name: 'write_report' }),
	],
};

/** One that failed, with each way a step can stand. */
export const failed: Report = {
	...base,
	id: 'fen-rilo-qas',
	title: 'Support Triage',
	status: 'failed',
	state: 'failed',
	reason:
		'The delivery service does not answer:\n<timeout after 8 s> Authorization: Bearer abcdef123456',
	parts: [
		{ title: 'Inputs', value: { message: 'Where is my parcel?' } },
		{ title: 'Output', value: null },
	],
	steps: [
		step(0, 2, { name: 'find_customer', beganLater: true }),
		step(2, 8, {
			name: 'track_parcel',
			state: 'failed',
			reason: 'timeout after 8 s',
			beganLater: true,
			parts: [{ title: 'Arguments', value: { parcel: 'DE-1' } }],
		}),
		step(10, 1, { name: 'refund', state: 'cancelled' }),
		step(10.5, undefined, { name: 'ask_a_person', kind: 'Approval', state: 'waiting' }),
		step(11, undefined, { name: 'write_reply', state: 'running' }),
		step(12, undefined, { name: 'Too late', kind: 'Exception', state: 'failed' }),
		{ kind: 'Event', name: 'of no known time', state: 'noted', parts: [] },
	],
};

/** One of which nothing but its existence is told. */
export const bare: Report = {
	...base,
	platform: 'FlowMaestro',
	noun: 'execution',
	title: '',
	status: 'pending',
	state: 'running',
	begin: undefined,
	end: undefined,
	facts: [],
	note: 'FlowMaestro reports when an execution started and ended, but not what its nodes did.',
};

/** A run of so many steps, every hundredth of which fails, each with arguments and a result. */
export const long = (steps: number, text = 'Solar power on farmland '.repeat(6)): Report => ({
	...base,
	end: BEGIN + steps * 1000,
	steps: Array.from({ length: steps }, (_, index) =>
		step(index, 0.2 + (index % 7) / 5, {
			name: `tool_${index % 20}`,
			...(index % 100 === 99 ? { state: 'failed' as const, reason: 'It was refused' } : {}),
			parts: [
				{ title: 'Arguments', value: { index, query: text } },
				{ title: 'Result', value: { found: [text, text], next: null } },
			],
		}),
	),
});
