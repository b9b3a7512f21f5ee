import { durationOf, type State, type Step } from './report';
import { count, type Pen } from './text';
import { durationText, type Clock } from './times';

/*
 * The time line: an SVG for wide screens and print, and the same bars as plain elements for phones
 * and for places that show HTML without its SVG, such as the preview of n8n's HTML node.
 */

/** A line each; more steps share one. */
const MOST_LINES = 40;
const MOST_FAILED_LINES = 25;

const WIDTH = 1000;
const LINE = 26;
const TOP = 30;
const [LEFT, RIGHT] = [250, 910];
/** Where one line stands for all steps that have none of their own. */
const SLICES = 110;

export const STATES: Record<State, { word: string; className: string }> = {
	succeeded: { word: 'Succeeded', className: 'ok' },
	failed: { word: 'Failed', className: 'bad' },
	cancelled: { word: 'Cancelled', className: 'off' },
	running: { word: 'Running', className: 'on' },
	waiting: { word: 'Waiting', className: 'wait' },
	noted: { word: '', className: 'note' },
};

/** A step that can be placed. */
interface Placed {
	step: Step;
	begin: number;
	end: number;
}

/** From when to when something went on. */
export interface Span {
	from: number;
	to: number;
}

/** From the first to the last time that anything tells; undefined where nothing does. */
export function spanOf(times: Array<number | undefined>): Span | undefined {
	let [from, to] = [Infinity, -Infinity];
	for (const time of times) {
		if (time === undefined) continue;
		from = Math.min(from, time);
		to = Math.max(to, time);
	}
	return from <= to ? { from, to: Math.max(to, from + 1) } : undefined;
}

const goesOn = ({ state }: Step): boolean => state === 'running' || state === 'waiting';

function placed(steps: Step[], span: Span): Placed[] {
	return steps.flatMap((step) => {
		const begin = step.begin ?? step.end;
		if (begin === undefined) return [];
		const end = step.end ?? (goesOn(step) ? span.to : begin);
		return [{ step, begin, end: Math.max(begin, end) }];
	});
}

/** Failed steps first, then the longest ones; in their own order again. */
function chosen(all: Placed[]): Set<Placed> {
	if (all.length <= MOST_LINES) return new Set(all);
	const longest = (a: Placed, b: Placed) => b.end - b.begin - (a.end - a.begin);
	const isFailed = ({ step }: Placed) => step.state === 'failed';
	const failed = all.filter(isFailed).sort(longest).slice(0, MOST_FAILED_LINES);
	const others = all.filter((one) => !isFailed(one)).sort(longest);
	return new Set([...failed, ...others.slice(0, MOST_LINES - 1 - failed.length)]);
}

/** Draws the time line of the steps; '' where no step tells its time. */
export function drawTimeline(steps: Step[], span: Span, pen: Pen, clock: Clock): string {
	const all = placed(steps, span);
	if (all.length === 0) return '';
	const lines = chosen(all);
	const rest = all.filter((one) => !lines.has(one));
	const shown = all.filter((one) => lines.has(one));
	return (
		drawSvg(shown, rest, span, pen, clock) +
		drawBars(shown, rest, span, pen) +
		legendOf(steps, rest.length)
	);
}

function legendOf(steps: Step[], rest: number): string {
	const sentences = [
		...(steps.some(({ beganLater }) => beganLater)
			? [
					'A pale bar starts at the entry before it, because the log does not say when the step itself started.',
				]
			: []),
		...(rest > 0
			? [
					`Failed steps and the longest ones have a line each. The other ${count(rest)} share the last line, which is darker where more of them ran.`,
				]
			: []),
	];
	return sentences.length > 0 ? `<p class="more">${sentences.join(' ')}</p>` : '';
}

const timesOf = (one: Placed): string => {
	const took = durationOf(one.step);
	if (took !== undefined) return `${one.step.beganLater ? '≤ ' : ''}${durationText(took)}`;
	return goesOn(one.step) ? 'ongoing' : '';
};

const round = (value: number): string => String(Math.round(value * 10) / 10);

function drawSvg(shown: Placed[], rest: Placed[], span: Span, pen: Pen, clock: Clock): string {
	const x = (at: number) => LEFT + ((at - span.from) / (span.to - span.from)) * (RIGHT - LEFT);
	const lines = shown.length + (rest.length > 0 ? 1 : 0);
	const height = TOP + lines * LINE + 6;
	const axis = clock.marks(span.from, span.to).map(({ at, text }) => {
		const place = round(x(at));
		return `<path class="grid" d="M${place} ${TOP - 6}V${height}"/><text class="axis" x="${place}" y="16" text-anchor="middle">${text}</text>`;
	});
	const bars = shown.map((one, index) => {
		const y = TOP + index * LINE;
		const name = pen.line(one.step.name || one.step.kind, 64);
		return `<text x="8" y="${y + 17}" class="${one.step.state === 'failed' ? 'bad' : ''}">${name}</text>${mark(one, x, y)}<text class="axis" x="${WIDTH - 6}" y="${y + 17}" text-anchor="end">${timesOf(one)}</text>`;
	});
	const band = rest.length > 0 ? drawBand(rest, span, TOP + shown.length * LINE) : '';
	const failed = shown.filter(({ step }) => step.state === 'failed').length;
	const all = shown.length + rest.length;
	const told = `${count(all)} ${all === 1 ? 'step' : 'steps'} from ${clock.full(span.from)} to ${clock.full(span.to)}, ${failed} failed. The list of steps below has the same in words.`;
	return `<div class="chart"><svg class="line" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="line-title line-told"><title id="line-title">Timeline</title><desc id="line-told">${told}</desc>${axis.join('')}${bars.join('')}${band}</svg></div>`;
}

/** A bar, or a diamond for a moment; a cross, a stroke or an open end says how it ended. */
function mark({ step, begin, end }: Placed, x: (at: number) => number, y: number): string {
	const { className } = STATES[step.state];
	const [from, to] = [x(begin), x(end)];
	const middle = y + 13;
	if (step.end === undefined && !goesOn(step)) {
		const at = round(from);
		return `<path class="bar ${className}" d="M${at} ${middle - 7}l7 7-7 7-7-7z"/>${cross(step.state, from, middle)}`;
	}
	const width = Math.max(3, to - from);
	const bar = `<rect class="bar ${className}${step.beganLater ? ' pale' : ''}" x="${round(from)}" y="${y + 5}" width="${round(width)}" height="16" rx="3"/>`;
	return bar + cross(step.state, from + width + 10, middle);
}

function cross(state: State, x: number, y: number): string {
	const at = round(x);
	if (state === 'failed') return `<path class="mark bad" d="M${at} ${y}m-4-4l8 8m0-8l-8 8"/>`;
	if (state === 'cancelled') return `<path class="mark off" d="M${at} ${y}m-4 4l8-8"/>`;
	if (state === 'waiting') return `<path class="mark wait" d="M${at} ${y}m-2-4v8m4-8v8"/>`;
	return state === 'running' ? `<path class="mark on" d="M${at} ${y}m-3-4l5 4-5 4"/>` : '';
}

/** How many of these steps went on in each slice of the time, as a part of the most. */
function densities(steps: Placed[], { from, to }: Span): number[] {
	const slice = (to - from) / SLICES;
	const changes = new Array<number>(SLICES + 1).fill(0);
	for (const { begin, end } of steps) {
		const first = Math.min(SLICES - 1, Math.max(0, Math.floor((begin - from) / slice)));
		const last = Math.min(SLICES - 1, Math.max(first, Math.ceil((end - from) / slice) - 1));
		changes[first]++;
		changes[last + 1]--;
	}
	let now = 0;
	const sums = changes.slice(0, SLICES).map((change) => (now += change));
	const most = Math.max(...sums);
	return sums.map((sum) => sum / most);
}

const strength = (density: number): string => (0.25 + 0.75 * density).toFixed(2);

function drawBand(rest: Placed[], span: Span, y: number): string {
	const width = (RIGHT - LEFT) / SLICES;
	const slices = densities(rest, span).map((density, index) =>
		density > 0
			? `<rect class="bar ok" x="${round(LEFT + index * width)}" y="${y + 5}" width="${round(width)}" height="16" opacity="${strength(density)}"/>`
			: '',
	);
	return `<text x="8" y="${y + 17}">${count(rest.length)} more</text>${slices.join('')}`;
}

/** The same for narrow screens; whoever listens has the list of steps. */
function drawBars(shown: Placed[], rest: Placed[], span: Span, pen: Pen): string {
	const part = (ms: number) => `${((ms / (span.to - span.from)) * 100).toFixed(1)}%`;
	const bars = shown.map((one) => {
		const { className } = STATES[one.step.state];
		const name = pen.line(one.step.name || one.step.kind, 64);
		const place = `margin-left:${part(one.begin - span.from)};width:${part(one.end - one.begin)}`;
		const kind = `${className}${one.step.beganLater ? ' pale' : ''}`;
		const cross = one.step.state === 'failed' ? '✕ ' : '';
		return `<li><span class="who">${cross}${name}</span> <span class="took">${timesOf(one)}</span><span class="track"><i class="${kind}" style="${place}"></i></span></li>`;
	});
	const others =
		rest.length > 0 ? `<li><span class="who">${count(rest.length)} more steps</span></li>` : '';
	return `<ul class="bars" aria-hidden="true">${bars.join('')}${others}</ul>`;
}
