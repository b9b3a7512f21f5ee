/** The earliest second look at a run, in milliseconds. */
const SHORTEST_PAUSE_MS = 500;
/** Durations of finished runs that are enough to expect the next one's end from. */
const ENOUGH_KNOWN = 3;
/** Looks spent on the span in which runs of a group are known to end. */
const LOOKS_PER_SPAN = 8;
/** Without knowledge a run is looked at again after this part of its age. */
const PART_OF_AGE = 0.2;

const quantile = (sorted: number[], part: number): number =>
	sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/**
 * How long to wait before a run is looked at again, in milliseconds: seldom while it cannot have
 * ended yet, often around the time at which runs like it end, and less and less often after that.
 *
 * @param age how long the run has been going
 * @param durations how long finished runs like it took
 * @param sharedBy how many runs one look tells about: what costs less is done more often
 * @param ceiling the longest pause the user wants
 */
export function pauseBeforeLook(
	age: number,
	durations: readonly number[],
	sharedBy: number,
	ceiling: number,
): number {
	const clamp = (pause: number) => Math.min(ceiling, Math.max(SHORTEST_PAUSE_MS, pause));
	if (durations.length >= ENOUGH_KNOWN) {
		const sorted = durations.toSorted((a, b) => a - b);
		const earliest = sorted[0] * 0.8;
		if (age < earliest) return Math.max(SHORTEST_PAUSE_MS, Math.min(ceiling, earliest - age));
		const span = quantile(sorted, 0.9) - quantile(sorted, 0.1);
		if (age <= sorted[sorted.length - 1] * 1.2) return clamp(span / LOOKS_PER_SPAN / sharedBy);
	}
	return clamp((age * PART_OF_AGE) / sharedBy);
}
