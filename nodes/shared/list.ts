/**
 * The first `limit` entries of a list that fit, read no further than needed.
 *
 * @param limit most entries wanted; undefined or Infinity wants all
 */
export async function take<T>(
	list: AsyncIterable<T>,
	limit = Infinity,
	fits: (entry: T) => boolean | Promise<boolean> = () => true,
): Promise<T[]> {
	const taken: T[] = [];
	for await (const entry of list) {
		if (await fits(entry)) taken.push(entry);
		if (taken.length >= limit) break;
	}
	return taken;
}
