import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { withNodeError } from '../errors';
import { Http } from '../http/http';
import type { Platform } from '../http/platform';

/** Entries that the editor gets at once; it asks for the next ones when the user scrolls to the end. */
const ENTRIES_AT_ONCE = 200;

/** Makes the methods with which one platform's nodes answer the editor. */
export function editorOf<Api>(platform: Platform, connect: (http: Http) => Api) {
	/** Does what the editor asked for, with errors as the editor shows them. */
	async function answer<T>(
		context: ILoadOptionsFunctions,
		work: (api: Api) => Promise<T>,
	): Promise<T> {
		return await withNodeError(
			context.getNode(),
			async () => await work(connect(await Http.connect(context, platform))),
		);
	}

	/**
	 * A resource locator's From List: every row whose entry holds the text the user typed, those
	 * with it in their name first.
	 *
	 * The list is walked again for the next entries: platforms have no cursor that all of them share,
	 * and most lists are over before.
	 */
	const search = <Row>(
		list: (api: Api, context: ILoadOptionsFunctions) => AsyncIterable<Row>,
		toItem: (row: Row) => INodeListSearchItems,
	) =>
		async function (
			this: ILoadOptionsFunctions,
			filter = '',
			paginationToken?: string,
		): Promise<INodeListSearchResult> {
			const wanted = filter.trim().toLowerCase();
			const from = Number(paginationToken ?? 0);
			const to = from + ENTRIES_AT_ONCE;
			return await answer(this, async (api) => {
				const results: INodeListSearchItems[] = [];
				let found = 0;
				for await (const row of list(api, this)) {
					const item = toItem(row);
					const text = `${item.name} ${item.value} ${item.description ?? ''}`.toLowerCase();
					if (!text.includes(wanted)) continue;
					if (found++ === to) break;
					if (found > from) results.push(item);
				}
				const isNamed = ({ name }: INodeListSearchItems) => name.toLowerCase().includes(wanted);
				return {
					results: results.toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a))),
					...(found > to ? { paginationToken: String(to) } : {}),
				};
			});
		};

	return { answer, search };
}

/** What is picked in another field of the form, or '' while nothing is. */
export function located(context: ILoadOptionsFunctions, name: string): string {
	const value = context.getNodeParameter(name, undefined, { extractValue: true });
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Text on one line and no longer than a list entry. */
export const shortened = (text: string, length: number): string => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** A time as a list entry shows it. */
export const when = (time: string | null | undefined): string =>
	time ? time.slice(0, 16).replace('T', ' ') : 'unknown time';
