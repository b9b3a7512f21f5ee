/** A date and a time, and no zone. */
const ZONELESS = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*$/;

/** A time of AgentFlow in ISO 8601. Servers in Python may leave the zone out; they mean UTC. */
export const inUtc = (time: string | null | undefined): string | undefined =>
	time && ZONELESS.test(time) ? `${time.replace(' ', 'T')}Z` : (time ?? undefined);
