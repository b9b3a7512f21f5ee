// The drawing of a report: pages that a person has read once and that must not change by themselves,
// and pages of hostile runs as a browser's parser reads them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawReport } from '../../nodes/shared/report/page.ts';
import type { Report, State, Step } from '../../nodes/shared/report/report.ts';
import { summarize } from '../../nodes/shared/report/summary.ts';
import { BEGIN, base, bare, completed, drawing, failed, long, step } from './report/samples.mts';
import { elementsOf, textOf } from '../support/html.mts';

const MB = 1_000_000;
const bytesOf = (text: string) => Buffer.byteLength(text);

/** Compares with a file; UPDATE_GOLDEN=1 writes it anew: look at it before you commit it. */
function expectGolden(name: string, text: string): void {
	const file = join(import.meta.dirname, 'report', name);
	if (process.env.UPDATE_GOLDEN || !existsSync(file)) writeFileSync(file, text);
	expect(text).toBe(readFileSync(file, 'utf8'));
}

describe.each(Object.entries({ completed, failed, bare }))('a run: %s', (name, run) => {
	test('as a page', () => expectGolden(`${name}.html`, drawReport(run, drawing)));
	test('as text for a model', () => expectGolden(`${name}.txt`, `${summarize(run, drawing)}\n`));
});

/** What the page may consist of. Nothing among it acts, loads or leads anywhere. */
const ELEMENTS = new Set(
	[
		'html head meta title style body main header section footer h1 h2 h3 p pre code dl dt dd div',
		'ul ol li table caption thead tbody tr th td details summary span b i em small bdi',
		'svg desc path rect text',
	].flatMap((line) => line.split(' ')),
);
const ATTRIBUTES = new Set(
	[
		'lang charset http-equiv content name class dir scope role aria-hidden aria-label tabindex',
		'aria-labelledby id style viewBox d x y width height rx opacity text-anchor',
	].flatMap((line) => line.split(' ')),
);

function expectHarmless(html: string): void {
	expect(bytesOf(html)).toBeLessThanOrEqual(MB);
	const { elements, errors } = elementsOf(html);
	expect(errors).toEqual([]);
	expect(elements.filter(({ tagName }) => !ELEMENTS.has(tagName))).toEqual([]);
	const attributes = elements.flatMap(({ attrs }) => attrs);
	expect(attributes.filter(({ name }) => !ATTRIBUTES.has(name))).toEqual([]);
	const styles = attributes.filter(({ name }) => name === 'style').map(({ value }) => value);
	expect(styles.filter((style) => !/^margin-left:[\d.]+%;width:[\d.]+%$/.test(style))).toEqual([]);
	// The only style sheet is the page's own.
	const sheets = elements.filter(({ tagName }) => tagName === 'style');
	expect(sheets).toHaveLength(1);
	expect(textOf(sheets[0])).not.toMatch(/url\(|@import|expression|</);
	expect(html).not.toMatch(HIDDEN);
	// Nor does a template that it goes through find an expression in it.
	expect(html).not.toContain('{{');
}

/** Controls, halves of characters, turned directions and what cannot be seen. */
const HIDDEN =
	/[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\p{Cs}]/u;

const HOSTILE = [
	'<script>alert(1)</script>',
	'</pre></style></title><img src=x onerror=alert(1)>',
	'"><svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a>',
	"' onmouseover='alert(1)",
	'javascript:alert(1)',
	'<!--',
	'-->',
	']]>',
	'<![CDATA[',
	'&lt;b&gt;',
	'&#x3c;script&#x3e;',
	'</textarea></script>',
	'<base href="https://evil.example/">',
	'<meta http-equiv=refresh content="0;url=//evil">',
	'@import url(//evil.example/x.css);',
	'url("https://evil.example/")',
	'\u202egpj.exe',
	'\u2066\u2067\u2069',
	'\0\x01\x1b[31m\x7f\x85\x9f',
	'\ud800',
	'\udc00x',
	'\uffff\ufdd0',
	'\u{e0041}\u{e0042}',
	'a\u0301'.repeat(3) + '\u0301'.repeat(500),
	'\ufeff\u200b\u2028\u2029\r\n\r',
	'{{ $env.SECRET }}',
	'{{{{constructor}}}}',
	'__proto__',
	'constructor',
	'{"a": ',
	'[[[[',
	'{}',
	'[]',
	'[{"<b>": "<i>"}]',
];

const text = fc.oneof(
	fc.constantFrom(...HOSTILE),
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join('')),
);
const json = fc.letrec((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small' },
		text,
		fc.constantFrom(null, true, false, 0, -1.5, Number.MAX_VALUE),
		fc.array(tie('value'), { maxLength: 5 }),
		fc.dictionary(text, tie('value'), { maxKeys: 5 }),
		fc.array(fc.dictionary(fc.constantFrom('a', 'token', '<td>'), text, { maxKeys: 3 }), {
			maxLength: 4,
		}),
	),
})).value;
const part = fc.record({ title: text, value: json });
const state = fc.constantFrom<State>(
	'succeeded',
	'failed',
	'cancelled',
	'running',
	'waiting',
	'noted',
);
const time = fc.option(
	fc.oneof(fc.integer({ min: BEGIN, max: BEGIN + 1e7 }), fc.constantFrom(0, -8.64e15, 8.64e15)),
	{ nil: undefined },
);
const hostileStep: fc.Arbitrary<Step> = fc.record({
	kind: text,
	name: text,
	state,
	begin: time,
	end: time,
	beganLater: fc.boolean(),
	reason: fc.option(text, { nil: undefined }),
	parts: fc.array(part, { maxLength: 3 }),
});
const hostileRun: fc.Arbitrary<Report> = fc.record({
	platform: text,
	noun: text,
	id: text,
	title: text,
	status: text,
	state,
	begin: time,
	end: time,
	facts: fc.array(fc.tuple(text, text), { maxLength: 3 }),
	parts: fc.array(part, { maxLength: 4 }),
	reason: fc.option(text, { nil: undefined }),
	steps: fc.array(hostileStep, { maxLength: 70, size: 'max' }),
	note: fc.option(text, { nil: undefined }),
});

describe('whatever an agent puts out', () => {
	test('is a page that is whole and does nothing', () => {
		fc.assert(
			fc.property(hostileRun, (run) => {
				expectHarmless(drawReport(run, drawing));
				const summary = summarize(run, drawing);
				expect(summary.length).toBeLessThanOrEqual(8_000);
				expect(summary).not.toMatch(HIDDEN);
			}),
			{ numRuns: 300 },
		);
	}, 120_000);

	test.each(HOSTILE)('is shown, not obeyed: %j', (said) => {
		const html = drawReport(
			{ ...base, title: said, reason: said, parts: [{ title: said, value: { [said]: said } }] },
			drawing,
		);
		expectHarmless(html);
	});

	test('keeps its direction to itself', () => {
		const html = drawReport({ ...base, reason: 'pay \u202e001$\u202c now' }, drawing);
		expect(html).toContain('pay ⟨U+202E⟩001$⟨U+202C⟩ now');
	});

	test('may be Persian, Arabic, Hebrew, or an emoji of several parts', () => {
		const said = 'می‌خواهم שלום 👩‍👩‍👧 ❤️ مرحبا';
		expect(drawReport({ ...base, reason: said }, drawing)).toContain(said);
	});
});

describe('at most 1 MB', () => {
	const worst = '\u202e<\u{e0041}"';
	const cases: Record<string, Report> = {
		'5 000 steps': long(5_000),
		'5 000 steps of long texts': long(5_000, 'x'.repeat(20_000)),
		'5 000 steps of hostile texts': long(5_000, worst.repeat(2_000)),
		'10 MB of text': { ...base, parts: [{ title: 'Output', value: 'é'.repeat(10_000_000) }] },
		'10 MB of hostile text': { ...base, reason: worst.repeat(2_500_000) },
		'a list of 100 000 objects': {
			...base,
			parts: [
				{ title: 'Output', value: Array.from({ length: 100_000 }, (_, id) => ({ id, worst })) },
			],
		},
		'a value that is very deep': {
			...base,
			parts: [{ title: 'Output', value: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) }],
		},
		'names without end': {
			...base,
			title: worst.repeat(1e5),
			id: worst.repeat(1e5),
			status: worst.repeat(1e5),
			facts: Array.from({ length: 500 }, () => [worst.repeat(1_000), worst.repeat(1_000)]),
			parts: Array.from({ length: 500 }, () => ({
				title: worst.repeat(1_000),
				value: worst.repeat(1_000),
			})),
			steps: Array.from({ length: 5_000 }, (_, index) =>
				step(index, 1, {
					name: worst.repeat(500),
					kind: worst.repeat(500),
					state: 'failed',
					reason: worst.repeat(500),
				}),
			),
		},
	};
	test.each(Object.entries(cases))('%s', (_, run) => {
		expectHarmless(drawReport(run, drawing));
		expect(summarize(run, drawing).length).toBeLessThanOrEqual(8_000);
	});

	test('a long text says how much of it is left out', () => {
		const value = 'abcdefghij'.repeat(100_000);
		const html = drawReport({ ...base, parts: [{ title: 'Output', value }] }, drawing);
		const [, shown] = /<pre dir="auto">([a-j]+)<\/pre>/.exec(html) ?? [];
		const [, left] = /… and ([\d\u00a0]+) more characters/.exec(html) ?? [];
		expect(shown.length).toBeGreaterThan(100_000);
		expect(shown.length + Number(left.replaceAll('\u00a0', ''))).toBe(value.length);
	});

	test('a long list says how many rows are left out', () => {
		const value = Array.from({ length: 50_000 }, (_, id) => ({ id, name: `Lead ${id}` }));
		const html = drawReport({ ...base, parts: [{ title: 'Output', value }] }, drawing);
		const rows = html.match(/<tr>/g)?.length ?? 0;
		const [, left] = /… and ([\d\u00a0]+) more rows/.exec(html) ?? [];
		// One is the head's.
		expect(rows - 1 + Number(left.replaceAll('\u00a0', ''))).toBe(50_000);
	});

	test('values give way first, then steps; failed ones stay', () => {
		const run = { ...long(20_000), reason: 'It was refused' };
		const html = drawReport(run, drawing);
		const shown = html.match(/<li class="(ok|bad)">/g)?.length ?? 0;
		const folded = [...html.matchAll(/<li class="fold">… and ([\d\u00a0]+) more steps?/g)].map(
			([, count]) => Number(count.replaceAll('\u00a0', '')),
		);
		expect(shown + folded.reduce((sum, count) => sum + count, 0)).toBe(20_000);
		expect(html.match(/<li class="bad">/g)).toHaveLength(200);
		expect(html).toMatch(/leaves out the arguments and results of [\d\u00a0]+ of these steps/);
		expect(drawReport(long(200), drawing)).not.toContain('leaves out');
	});
});

describe('a secret', () => {
	const KEY = 'fly-sandbox-key';
	const SECRETS = [
		KEY,
		'ghp_9f8e7d6c5b4a3f2e1d0c',
		'sk-proj-abcdefghijklmnop',
		'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
	];
	test.each(SECRETS)('is masked in every place: %s', (secret) => {
		const run: Report = {
			...base,
			title: `Agent ${secret}`,
			reason: `refused ${secret}`,
			facts: [['Note', secret]],
			parts: [
				{
					title: 'Inputs',
					value: { plain: secret, list: [secret], rows: [{ a: secret }], [secret]: 1 },
				},
				{ title: 'Output', value: `before ${secret} behind` },
			],
			steps: [
				step(0, 1, {
					name: secret,
					reason: secret,
					parts: [{ title: 'Arguments', value: JSON.stringify({ deep: { at: secret } }) }],
				}),
			],
		};
		const html = drawReport(run, drawing);
		expect(html).toContain('••••••');
		expect(html).not.toContain(secret);
		expect(summarize(run, drawing)).not.toContain(secret);
	});

	test.each([
		'password',
		'apiKey',
		'API-Key',
		'access_token',
		'Authorization',
		'client_secret',
		'user_config',
	])('is known by the name of its field: %s', (name) => {
		const value = { [name]: 'hunter2', [`${name}s`]: null, deep: { [name]: { pin: 90210456 } } };
		const run: Report = {
			...base,
			parts: [
				{ title: 'Inputs', value },
				{ title: 'Rows', value: [value] },
			],
			steps: [step(0, 1, { parts: [{ title: 'Arguments', value }] })],
		};
		for (const said of [drawReport(run, drawing), summarize(run, drawing)]) {
			expect(said).not.toMatch(/hunter2|90210456/);
		}
	});

	test('is not cut in two where a text is shortened', () => {
		for (const before of [217_000, 219_000, 219_600, 219_620, 219_640]) {
			const value = `${'x '.repeat(before / 2)}${KEY}${' y'.repeat(50_000)}`;
			const html = drawReport({ ...base, parts: [{ title: 'Output', value }] }, drawing);
			expect(html).not.toContain('fly-');
		}
	});

	test.each([
		['password=letmein, user=ada', 'letmein'],
		['{"token":"abcdefg"}', 'abcdefg'],
		['{\\"api_key\\": \\"abcdefg\\"}', 'abcdefg'],
		['secret: hunter2.', 'hunter2'],
		['Authorization: Basic YWRhOnNlY3JldA==', 'YWRhOnNlY3JldA'],
		['postgres://ada:letmein@db/x', 'letmein'],
		['https://a.example/?access_token=abcdefg&x=1', 'abcdefg'],
	])('is found in a text: %s', (said, secret) => {
		const html = drawReport({ ...base, reason: said }, drawing);
		expect(html).toContain('••••••');
		expect(html).not.toContain(secret);
	});

	test.each([
		'token: expired',
		'the password must be at least 12 characters long',
		'basic requirements, bearer instruments',
		'https://a.example:8080/path?q=1',
		'sk-learn, fly-fishing and the key to it all',
	])('is not seen where there is none: %s', (said) => {
		const html = drawReport({ ...base, reason: said }, drawing);
		expect(html).toContain(said.replaceAll('&', '&amp;'));
	});

	test('a number of tokens is none', () => {
		const value = { usage: { total_tokens: 1204 }, max_tokens: 500, keys: ['a'] };
		const html = drawReport({ ...base, parts: [{ title: 'Output', value }] }, drawing);
		expect(html).toContain('1204');
		expect(html).toContain('500');
	});
});

describe('the time line', () => {
	const svgOf = (run: Report, zone = drawing.zone) =>
		/<svg[\s\S]*<\/svg>/.exec(drawReport(run, { ...drawing, zone }))?.[0] ?? '';

	test('has its times in the zone of the workflow', () => {
		expect(svgOf(completed)).toContain('>12:03:04<');
		expect(svgOf(completed, 'Asia/Kathmandu')).toContain('>16:48:04<');
		expect(svgOf(completed, 'Not/AZone')).toContain('>11:03:04<');
	});

	test('puts round hours of the zone on its axis', () => {
		const day = { ...base, steps: [step(0, 86_400)], end: BEGIN + 86_400_000 };
		expect(svgOf(day, 'Asia/Kathmandu')).toContain('>18:00<');
	});

	test('has a bar for each step, side by side where they are parallel', () => {
		const bars = [
			...svgOf(completed).matchAll(/<rect class="bar ok" x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g),
		];
		const [search, read] = bars.map(([, x, y, width]) => ({ x: +x, y: +y, end: +x + +width }));
		expect(bars).toHaveLength(5);
		expect(read.x).toBeLessThan(search.end);
		expect(read.y).toBeGreaterThan(search.y);
	});

	test('tells failed from succeeded by shape', () => {
		expect(svgOf(failed).match(/<path class="mark bad"/g)).toHaveLength(2);
		expect(svgOf(completed)).not.toContain('class="mark');
	});

	test('has a line for the longest and for failed steps only, where there are many', () => {
		const svg = svgOf(long(300));
		expect(svg.match(/class="mark bad"/g)).toHaveLength(3);
		expect(svg).toContain('>261 more<');
	});

	test('is there in words, too', () => {
		expect(svgOf(completed)).toMatch(
			/<title id="line-title">Timeline<\/title><desc id="line-told">6 steps from 27 Nov 2026, 12:03:04/,
		);
	});
});

test('a summary of a long run says what it leaves out', () => {
	expect(summarize(long(5_000), drawing)).toMatch(/… and [\d\u00a0]+ more steps$/);
});
