import { durationOf, type Drawing, type Report } from './report';
import { drawSteps } from './steps';
import { STYLE } from './style';
import { Pen, sizeOf } from './text';
import { drawTimeline, spanOf, STATES } from './timeline';
import { Clock, durationText } from './times';
import { drawValue } from './values';

/** The largest that a report becomes, in bytes. */
const LARGEST = 1_000_000;
const PARTS_BYTES = 220_000;
const MOST_PARTS = 12;
const REASON_BYTES = 20_000;
const MOST_FACTS = 24;
/** Ends of tags and the like. */
const RESERVE = 10_000;

/** Nothing of the page may act or ask for anything, even if some of it got past the drawing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Draws a report as one HTML page of at most 1 MB that asks for nothing and has no script. */
export function drawReport(report: Report, drawing: Drawing): string {
	const pen = new Pen(drawing.secrets);
	const clock = new Clock(drawing.zone);
	const title = pen.line(`${report.title}: ${report.noun} ${report.id}`, 300);
	const span = spanOf([
		...report.steps.flatMap(({ begin, end }) => [begin, end]),
		report.begin,
		report.end,
		isOver(report) ? undefined : drawing.at,
	]);
	const begin = [
		drawHead(report, pen, clock),
		drawReason(report, pen),
		span ? section('Timeline', drawTimeline(report.steps, span, pen, clock)) : '',
		drawParts(report, pen),
	].join('');
	const room = LARGEST - RESERVE - sizeOf(STYLE) - sizeOf(title) - sizeOf(begin);
	const drawnAt = `Times in ${clock.zone}. Created on ${clock.full(drawing.at)}.`;
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${begin}${drawStepsOf(report, pen, clock, room)}
</main>
<footer><p>${drawnAt}</p></footer>
</body>
</html>
`;
}

const isOver = ({ state }: Report): boolean => state !== 'running' && state !== 'waiting';

const section = (heading: string, html: string): string =>
	html === '' ? '' : `<section><h2>${heading}</h2>${html}</section>\n`;

function drawHead(report: Report, pen: Pen, clock: Clock): string {
	const took = durationOf(report);
	const facts: Array<[string, string]> = [
		...(report.begin === undefined
			? []
			: [['Started', clock.full(report.begin)] as [string, string]]),
		...(report.end === undefined ? [] : [['Ended', clock.full(report.end)] as [string, string]]),
		...(took === undefined ? [] : [['Duration', durationText(took)] as [string, string]]),
		...report.facts,
	];
	const rows = facts
		.slice(0, MOST_FACTS)
		.map(
			([label, text]) =>
				`<div><dt>${pen.line(label)}</dt><dd dir="auto">${pen.line(text, 400)}</dd></div>`,
		);
	const { className } = STATES[report.state];
	const noun = `${report.platform} ${report.noun} ${report.id}`;
	return `<header><p class="of"><bdi>${pen.line(noun, 400)}</bdi></p><h1 dir="auto">${pen.line(report.title || report.id, 400)}</h1><p class="state ${className}">${pen.line(report.status, 120)}</p>${rows.length > 0 ? `<dl class="facts">${rows.join('')}</dl>` : ''}</header>
`;
}

function drawReason({ reason }: Report, pen: Pen): string {
	if (!reason) return '';
	const { html, left } = pen.within(reason, REASON_BYTES);
	return `<section class="reason"><h2>Why it failed</h2><pre dir="auto">${html}${left > 0 ? '…' : ''}</pre></section>
`;
}

function drawParts({ parts }: Report, pen: Pen): string {
	const drawn = parts.slice(0, MOST_PARTS);
	let room = PARTS_BYTES;
	return drawn
		.map(({ title, value }, index) => {
			const heading = pen.line(title);
			const html = section(
				heading,
				drawValue(value, title, pen, room / (drawn.length - index) - 300),
			);
			room -= sizeOf(html);
			return html;
		})
		.join('');
}

function drawStepsOf({ steps, note }: Report, pen: Pen, clock: Clock, room: number): string {
	const told = note ? `<p class="more">${pen.line(note, 1_000)}</p>` : '';
	if (steps.length === 0) return section('Steps', told || '<p class="none">None</p>');
	return section('Steps', told + drawSteps(steps, pen, clock, room));
}
