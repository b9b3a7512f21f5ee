import { isNothing } from './values';
import { jsonExcerpt } from './json';
import { durationOf, type Drawing, type Report, type Step } from './report';
import { count, leftOut, Pen, plain } from './text';
import { STATES } from './timeline';
import { Clock, durationText } from './times';

/* The same report as text, for an AI agent's model, which gets no files. */

/** The longest that it becomes: a model gets no more of one field. */
const LONGEST = 7_500;
const LONGEST_PART = 1_200;
const LONGEST_STEP = 400;

/** Sums a report up in at most 7 500 characters. */
export function summarize(report: Report, { secrets, zone }: Drawing): string {
	const pen = new Pen(secrets);
	const clock = new Clock(zone);
	const took = durationOf(report);
	const title = pen.mask(report.title);
	const lines = [
		`${report.platform} ${report.noun} ${report.id} of ${title}: ${report.status}${took === undefined ? '' : ` after ${durationText(took)}`}${report.begin === undefined ? '' : `, started ${clock.full(report.begin)} (${clock.zone})`}`,
		...report.facts.map(([label, text]) => `${label}: ${pen.mask(text)}`),
		...(report.reason ? [`Why it failed: ${shortly(report.reason, pen, LONGEST_PART)}`] : []),
		...report.parts
			.filter(({ value }) => !isNothing(value))
			.map(({ title: name, value }) => `${name}: ${shortly(value, pen, LONGEST_PART)}`),
		...(report.note ? [report.note] : []),
	];
	const failed = report.steps.filter(({ state }) => state === 'failed').length;
	if (report.steps.length > 0) lines.push(`Steps: ${count(report.steps.length)}, ${failed} failed`);
	const text: string[] = [];
	let room = LONGEST - 100;
	const add = (line: string): boolean => {
		const clean = plain(line);
		room -= clean.length + 1;
		if (room >= 0) text.push(clean);
		return room >= 0;
	};
	lines.every(add);
	const shown = report.steps.findIndex((step, index) => !add(lineOf(step, index, pen, clock)));
	if (shown >= 0) text.push(leftOut(report.steps.length - shown, 'step'));
	return text.join('\n');
}

function lineOf(step: Step, index: number, pen: Pen, clock: Clock): string {
	const took = durationOf(step);
	const { word } = STATES[step.state];
	const about = [
		...(step.begin === undefined ? [] : [clock.time(step.begin)]),
		...(took === undefined ? [] : [`${step.beganLater ? 'at most ' : ''}${durationText(took)}`]),
		...(step.state === 'succeeded' || word === '' ? [] : [word.toLowerCase()]),
	].join(', ');
	const parts = [
		...(step.reason ? [shortly(step.reason, pen, LONGEST_STEP)] : []),
		...step.parts
			.filter(({ value }) => !isNothing(value))
			.map(({ title, value }) => `${title}: ${shortly(value, pen, LONGEST_STEP)}`),
	];
	const name = step.name ? ` ${shortly(step.name, pen, 100)}` : '';
	const head = `${index + 1}. ${step.kind}${name}${about ? ` (${about})` : ''}`;
	return [head, ...parts].join('; ');
}

function shortly(value: unknown, pen: Pen, length: number): string {
	const { text, left } =
		typeof value === 'string' ? pen.excerpt(value, length) : jsonExcerpt(value, pen, length, '');
	return left > 0 ? `${text} ${leftOut(left, 'character')}` : text;
}
