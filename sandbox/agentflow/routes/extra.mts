import { formNumber, jsonObject } from '../fields.mts';
import type { Description, Router } from '../router.mts';
import type { Store } from '../store.mts';
import { found } from '../errors.mts';

const PATH = '/api/v1/extra/{number}/echo';

/** Operations without meaning, as many as a test asks for, so that the OpenAPI document is large. */
export function extraRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: PATH,
		name: 'echo_extra',
		tag: 'extra',
		body: jsonObject,
		// The document lists each of them by its own path instead.
		documented: false,
		handle: ({ params, body }) => {
			const number = formNumber.safeParse(params.number).data ?? 0;
			const inRange = number >= 1 && number <= store.settings.extraOperations;
			return { number: found(inRange ? number : undefined, 'Extra operation'), body };
		},
	});
}

export function extraOperations(store: Store): Description[] {
	return Array.from({ length: store.settings.extraOperations }, (_unused, index) => ({
		method: 'POST',
		path: PATH.replace('{number}', String(index + 1)),
		name: `echo_extra_${index + 1}`,
		tag: 'extra',
		body: jsonObject,
	}));
}
