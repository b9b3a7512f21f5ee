import * as n8n from 'n8n-workflow';

/** More than a timer can run, and room for what is added to it, such as a grace. */
const LONGEST_MS = 24 * 24 * 3600_000;

/** Seconds of a form in milliseconds, at most 24 days: a timer for more would be over at once. */
export const timerMs = (seconds: number): number => Math.min(seconds * 1000, LONGEST_MS);

type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Of n8n before 2.37, whose `sleep` knows no signal. */
const sleepWithAbort = 'sleepWithAbort' in n8n ? (n8n.sleepWithAbort as Sleep) : undefined;

/** Resolves after so many milliseconds, and rejects as soon as the signal is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	if (!sleepWithAbort || !signal) return await n8n.sleep(ms, signal);
	// A signal for this sleep alone, because n8n leaves its listener on it.
	const own = new AbortController();
	const abort = () => own.abort();
	if (signal.aborted) abort();
	signal.addEventListener('abort', abort);
	try {
		await sleepWithAbort(ms, own.signal);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}
