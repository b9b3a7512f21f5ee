/*
 * Drawing the report of a run of 5 000 steps, beside writing the same run as JSON.
 *
 *   node test/bench/report.mts
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import type { Drawing, Report } from '../../nodes/shared/report/report.ts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { drawing, long } from '../unit/report/samples.mts';

const STEPS = 5_000;
const ROUNDS = 9;
const MOST_MS = 200;
const MOST_BYTES = 1_000_000;

/** The drawing as it ships: in one piece. */
async function loadDrawing(): Promise<(report: Report, drawing: Drawing) => string> {
	const outfile = join(rootFolder, '.artifacts', 'bench', 'report.mjs');
	const entryPoints = [join(rootFolder, 'nodes', 'shared', 'report', 'page.ts')];
	buildSync({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node' });
	return (await import(pathToFileURL(outfile).href)).drawReport;
}

/** Milliseconds of the first time, and of the median one. */
function timed(work: () => unknown): { first: number; median: number } {
	const times = Array.from({ length: ROUNDS }, () => {
		const begun = performance.now();
		work();
		return performance.now() - begun;
	});
	const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
	return { first: times[0], median };
}

/** Prints the table of this benchmark. @throws when a report takes too long or is too large */
export async function benchReport(): Promise<void> {
	const drawReport = await loadDrawing();
	const runs = {
		'arguments and results of 500 bytes': long(STEPS),
		'arguments and results of 15 kB': long(STEPS, 'Solar power on farmland '.repeat(200)),
	};
	const rows = Object.entries(runs).flatMap(([name, run]) => {
		const drawn = timed(() => drawReport(run, drawing));
		const written = timed(() => JSON.stringify(run, null, '\t'));
		const bytes = Buffer.byteLength(drawReport(run, drawing));
		if (drawn.median > MOST_MS || bytes > MOST_BYTES) {
			throw new Error(`${name}: ${drawn.median.toFixed(0)} ms, ${bytes} bytes`);
		}
		const row = ({ first, median }: { first: number; median: number }, size: number) => ({
			'first ms': first.toFixed(0),
			'median ms': median.toFixed(0),
			kB: (size / 1000).toFixed(0),
		});
		return [
			[`report, ${name}`, row(drawn, bytes)],
			[`JSON, ${name}`, row(written, Buffer.byteLength(JSON.stringify(run, null, '\t')))],
		];
	});
	console.log(`\nThe report of a run of ${STEPS} steps`);
	console.table(Object.fromEntries(rows));
}

if (import.meta.main) await benchReport();
