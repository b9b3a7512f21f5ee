import { hasStatus, PlatformError } from '../errors';
import { settle } from '../settle';

/** A page as it was answered. */
export interface Page<Row> {
	rows: Row[];
	/** How many rows it held, with those that are not in `rows`. */
	held: number;
	/** Whether there is a page after it. */
	more: boolean;
}

/** Rows of a page, and the offset in the list at which it ends. */
export interface Stretch<Row> {
	rows: Row[];
	end: number;
}

/** A list of which single rows may be impossible to show: each makes its whole page a 500. */
export interface BrokenList<Row> {
	/** The most rows of a page. */
	most: number;
	/** How many rows are wanted: the first page asks for no more, and later ones grow. Default: `most`. */
	wanted?: number;
	/** Asks for a page; the offset may lie behind the end, where a list has an empty page. */
	ask(offset: number, size: number): Promise<Page<Row>>;
	/** The largest page up to `limit` that can begin at the offset. Default: any page can. */
	sizeAt?(offset: number, limit: number): number;
	/** What makes two rows the same one: a row comes again on the next page when newer ones arrive. */
	keyOf(row: Row): string;
	/**
	 * Whether the server may show two rows in either order, and in another one on another page, so that
	 * one of them is on two pages and the other on none.
	 */
	tied?(a: Row, b: Row): boolean;
	/** Without it, a row that cannot be shown refuses the list. */
	around?: Around;
}

/** How far a list is gone around, and who hears of it. */
export interface Around {
	/** Requests left to be spent on that, by several lists together; counted down. */
	detours: { left: number };
	/** Receives the error for rows that are passed over. */
	rowError(error: PlatformError): void;
	/**
	 * Receives the error for the rest of the list, which is not read when no request is left.
	 *
	 * @param read how many of its rows were read
	 */
	gaveUp(error: PlatformError, read: number): void;
}

/** Behind the end of every list. */
const BEHIND_END = 2 ** 31 - 1;
/** So many failures in a row are put down to rows before the list is asked whether it is in order. */
const TRUSTED = 10;
/** How fast pages get larger again behind a row that was passed over. */
const GROWTH = 4;

/** Whether the server itself stumbled over a list, or over a row on the page. */
export const isServerFault = (error: unknown): error is PlatformError => hasStatus(error, 500);

/**
 * Walks a list page by page and goes around rows that cannot be shown: pages get smaller, down to
 * that one row, and larger again behind it.
 *
 * @throws PlatformError when the list itself cannot be read
 */
export async function* pagesAround<Row>({
	most,
	wanted = most,
	ask,
	sizeAt = (_offset, limit) => limit,
	keyOf,
	tied,
	around,
}: BrokenList<Row>): AsyncGenerator<Stretch<Row>> {
	const seen = new Set<string>();
	/** The size of pages where nothing is broken. */
	let whole = Math.max(1, Math.min(most, wanted));
	let [offset, limit] = [0, whole];
	/** The last row before the offset. */
	let last: Row | undefined;
	/** There is a row that cannot be shown between the offset and this one. */
	let brokenUntil = 0;
	/** Such rows in a row, up to the offset. */
	let passed: { count: number; reason: string } | undefined;
	/** Failures that are put down to rows from here on. */
	let trusted = 0;
	const report = () => {
		if (passed) around?.rowError(cannotShow(offset, passed));
		passed = undefined;
	};
	/** The rows around the border of two pages, from a page of their own. */
	const acrossBorder = async (border: number): Promise<Row[]> => {
		const size = spanning(border, most);
		const page = await settle(async () => await ask(border - (border % size), size));
		if ('value' in page) return page.value.rows;
		// A row among them that cannot be shown was gone around already.
		if (around && isServerFault(page.error)) return [];
		throw page.error;
	};
	for (;;) {
		if (around && around.detours.left <= 0) limit = whole;
		if (around && limit < whole) around.detours.left--;
		const size = sizeAt(offset, limit);
		const page = await settle(async () => await ask(offset, size));
		if ('error' in page) {
			const { error } = page;
			if (!around || !isServerFault(error)) throw error;
			if (trusted-- === 0) {
				around.detours.left--;
				if ('error' in (await settle(async () => await ask(BEHIND_END, 1)))) throw error;
				trusted = TRUSTED;
			}
			if (around.detours.left <= 0 && size > 1) {
				report();
				return around.gaveUp(notRead(offset, error), seen.size);
			}
			brokenUntil = offset + size;
			limit = Math.max(1, Math.floor(size / 2));
			if (size === 1) {
				passed = { count: (passed?.count ?? 0) + 1, reason: error.message };
				offset++;
			}
			continue;
		}
		report();
		trusted = TRUSTED;
		const { held, more } = page.value;
		const rows = [...page.value.rows];
		const isTied = last !== undefined && rows.length > 0 && tied?.(last, rows[0]);
		if (isTied) rows.unshift(...(await acrossBorder(offset)));
		last = rows.at(-1);
		offset += held;
		const fresh = rows.filter((row) => {
			const isNew = !seen.has(keyOf(row));
			seen.add(keyOf(row));
			return isNew;
		});
		yield { rows: fresh, end: offset };
		if (!more || held === 0) return;
		const half = Math.ceil((brokenUntil - offset) / 2);
		if (limit === whole) whole = Math.min(most, whole * GROWTH);
		limit = half > 0 ? half : Math.min(whole, limit * GROWTH);
	}
}

/** The size of the numbered page in whose middle the border comes to lie, as nearly as can be. */
function spanning(border: number, most: number): number {
	const sizes = Array.from({ length: most }, (_, index) => index + 1);
	const reach = (size: number) => Math.min(border % size, size - (border % size));
	return sizes.reduce((best, size) => (reach(size) > reach(best) ? size : best));
}

function cannotShow(last: number, { count, reason }: { count: number; reason: string }) {
	const rows = count === 1 ? `row ${last}` : `the rows ${last - count + 1} to ${last}`;
	return new PlatformError(`the server cannot show ${rows} (${reason})`);
}

function notRead(offset: number, { message, details }: PlatformError) {
	const reason = `too many requests went into rows that the server cannot show (${message})`;
	return new PlatformError(
		`row ${offset + 1} and what lies behind it were not read: ${reason}`,
		details,
	);
}
