import { EVENTS_A_PAGE, type PyFlueApi } from './api';
import type { RunEvent } from './schemas';

/** The events behind the one with index `after`, page by page. */
export async function readEvents(
	api: PyFlueApi,
	run: string,
	wanted: number,
	{ after, types }: { after?: number; types?: string } = {},
): Promise<RunEvent[]> {
	const read: RunEvent[] = [];
	for (let last = after; read.length < wanted;) {
		const limit = Math.min(EVENTS_A_PAGE, wanted - read.length);
		const page = await api.runs.events(run, { after: last, limit, types });
		read.push(...page);
		if (page.length < limit) break;
		last = page.at(-1)?.eventIndex;
	}
	return read;
}
