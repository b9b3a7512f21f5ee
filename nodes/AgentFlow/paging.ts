interface Page<Row> {
	rows: Row[];
	/** Of all pages, where the server tells it. */
	total?: number | null;
}

/**
 * Walks a list page by page, without repeating a row that has moved to the next page meanwhile.
 *
 * @param read answers the page that begins behind this many rows
 */
export async function* walkPages<Row>(
	read: (offset: number, pageNumber: number) => Promise<Page<Row>>,
	keyOf: (row: Row) => string,
): AsyncGenerator<Row> {
	const seen = new Set<string>();
	let offset = 0;
	for (let pageNumber = 1; ; pageNumber++) {
		const { rows, total } = await read(offset, pageNumber);
		const fresh = rows.filter((row) => !seen.has(keyOf(row)));
		for (const row of fresh) seen.add(keyOf(row));
		yield* fresh;
		offset += rows.length;
		// A server that gives the same page for ever would keep us for ever.
		if (fresh.length === 0 || (typeof total === 'number' && offset >= total)) return;
	}
}
