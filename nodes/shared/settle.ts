export type Settled<T> = { value: T } | { error: unknown };

/** What came of some work: a rejection is a value, not an exception. */
export async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error };
	}
}
