/** More than a timer can run, and room for what is added to it, such as a grace. */
const LONGEST_MS = 24 * 24 * 3600_000;

/** Seconds of a form in milliseconds, at most 24 days: a timer for more would be over at once. */
export const timerMs = (seconds: number): number => Math.min(seconds * 1000, LONGEST_MS);
