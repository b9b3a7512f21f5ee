import { DatabaseError, notFound } from './errors.mts';
import type { JsonObject } from './records.mts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id as the backend's database takes it; anything but a UUID is error 22P02. */
export function uuid(id: string): string {
	if (!UUID.test(id)) {
		throw new DatabaseError('22P02', `invalid input syntax for type uuid: "${id}"`);
	}
	return id.toLowerCase();
}

/** The record of that id, if it is there and `may` lets the key's owner see it; a 404 otherwise. */
export function find<T>(
	resource: string,
	records: Map<string, T>,
	id: string,
	may: (record: T) => boolean,
): T {
	const record = records.get(uuid(id));
	if (record === undefined || !may(record)) throw notFound(resource, id);
	return record;
}

/** The fields of a body; a text or no body at all has none. */
export function fieldsOf(body: unknown): JsonObject {
	return isObject(body) ? body : {};
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty, or `undefined`; blanks alone are taken for something in it. */
export function filled(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}
