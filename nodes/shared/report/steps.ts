import { durationOf, type Step } from './report';
import { count, leftOut, sizeOf, type Pen } from './text';
import { STATES } from './timeline';
import { durationText, type Clock } from './times';
import { drawValue, isNothing } from './values';

/* The list of steps, with their arguments and results folded. */

/** What a step's arguments and results may take, in bytes. */
const MOST_A_STEP = 20_000;
/** Less is not worth unfolding. */
const LEAST_A_STEP = 400;
const REASON_BYTES = 1_500;
/** Room for the lines that stand for steps. */
const LINES_BYTES = 20_000;

interface Row {
	step: Step;
	/** What is seen of it while it is folded. */
	head: string;
	isFailed: boolean;
}

/** Where there is not enough room: the failed steps, then the first and the last ones. */
function* byInterest(rows: Row[]): Generator<number> {
	for (const [index, { isFailed }] of rows.entries()) if (isFailed) yield index;
	for (let [first, last] = [0, rows.length - 1]; first <= last;) {
		if (!rows[first].isFailed) yield first;
		if (first !== last && !rows[last].isFailed) yield last;
		first++;
		last--;
	}
}

/** The steps within so many bytes: values are shortened first, then steps are folded together. */
export function drawSteps(steps: Step[], pen: Pen, clock: Clock, bytes: number): string {
	const heads = steps.map((step, index) => headOf(step, index, pen, clock));
	const rows = steps.map((step, index): Row => ({
		step,
		head: heads[index],
		isFailed: step.state === 'failed',
	}));
	let room = bytes - LINES_BYTES;
	const shown = new Set<number>();
	for (const index of byInterest(rows)) {
		const size = sizeOf(rows[index].head) + 40;
		if (size > room) break;
		room -= size;
		shown.add(index);
	}
	const { bodies, without } = drawBodies(rows, shown, pen, room);
	const list: string[] = [];
	for (let index = 0; index < rows.length;) {
		if (shown.has(index)) {
			list.push(drawRow(rows[index], bodies.get(index)));
			index++;
			continue;
		}
		const from = index;
		while (index < rows.length && !shown.has(index)) index++;
		const line = leftOut(index - from, 'step');
		list.push(`<li class="fold">${line}${betweenOf(steps, from, index, clock)}</li>`);
	}
	const note =
		without > 0
			? `<p class="more">To keep this file small, it leaves out the arguments and results of ${count(without)} of these steps.</p>`
			: '';
	return `${note}<ol class="steps">${list.join('')}</ol>`;
}

/** Arguments and results, as far as there is room; those of failed steps first. */
function drawBodies(
	rows: Row[],
	shown: Set<number>,
	pen: Pen,
	bytes: number,
): { bodies: Map<number, string>; without: number } {
	const full = [...shown].filter((index) => partsOf(rows[index].step).length > 0);
	const bodies = new Map<number, string>();
	let room = bytes;
	full.forEach((index, place) => {
		const share = Math.min(MOST_A_STEP, Math.max(LEAST_A_STEP, room / (full.length - place)));
		if (share > room) return;
		const body = drawBody(rows[index].step, pen, share - 100);
		room -= sizeOf(body) + 60;
		bodies.set(index, body);
	});
	return { bodies, without: full.length - bodies.size };
}

const partsOf = ({ parts }: Step) => parts.filter(({ value }) => !isNothing(value));

function drawBody(step: Step, pen: Pen, bytes: number): string {
	const parts = partsOf(step);
	return parts
		.map(
			({ title, value }) =>
				`<h3>${pen.line(title)}</h3>${drawValue(value, title, pen, bytes / parts.length - 60)}`,
		)
		.join('');
}

function headOf(step: Step, index: number, pen: Pen, clock: Clock): string {
	const took = durationOf(step);
	const times = [
		...(step.begin === undefined || step.beganLater ? [] : [clock.time(step.begin)]),
		...(step.beganLater && step.end !== undefined ? [clock.time(step.end)] : []),
		...(took === undefined ? [] : [`${step.beganLater ? '≤ ' : ''}${durationText(took)}`]),
	];
	const { word } = STATES[step.state];
	const said = step.state === 'succeeded' || word === '' ? '' : ` <em>${word}</em>`;
	const reason = step.reason
		? `<span class="why"><bdi>${pen.line(step.reason, REASON_BYTES)}</bdi></span>`
		: '';
	const name = pen.line(step.name, 160);
	return `<small>${index + 1}</small> ${name ? `<b><bdi>${name}</bdi></b> ` : ''}<i>${pen.line(step.kind, 80)}</i>${said} <span>${times.join(' · ')}</span>${reason}`;
}

function drawRow({ step, head }: Row, body: string | undefined): string {
	const { className } = STATES[step.state];
	if (body === undefined) return `<li class="${className}"><p>${head}</p></li>`;
	return `<li class="${className}"><details><summary>${head}</summary>${body}</details></li>`;
}

function betweenOf(steps: Step[], from: number, to: number, clock: Clock): string {
	const [first, last] = [steps[from].begin, steps[to - 1].end ?? steps[to - 1].begin];
	if (first === undefined || last === undefined) return '';
	return ` from ${clock.time(first)} to ${clock.time(last)}`;
}
