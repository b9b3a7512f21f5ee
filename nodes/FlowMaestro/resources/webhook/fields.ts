import type { Json } from '../../../shared/json';
import { field, objectOf } from '../../../shared/form/parameters';

export const headersField = field({
	displayName: 'Headers',
	name: 'headers',
	type: 'json',
	default: '{}',
	description:
		'Headers that FlowMaestro adds to each delivery, as one JSON object of names and texts. An empty object stands for none.',
});

/** Headers as the API takes them: null for none. */
export function headersOf(value: Json | undefined): { [name: string]: Json } | null | undefined {
	if (value === undefined) return undefined;
	const headers = objectOf(value, 'Headers');
	return Object.keys(headers).length > 0 ? headers : null;
}
