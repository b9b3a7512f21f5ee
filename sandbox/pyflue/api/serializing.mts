// What Python's encoders make of a value: FastAPI's of what a wait answers, pydantic's of records.
import { RaisedError } from '../errors.mts';
import { NOT_JSON, NOT_UTF8, NO_FIELDS } from '../records.mts';

/** As FastAPI's encoder writes a result; throws what it raises where it cannot. */
export function jsonable(value: unknown): unknown {
	if (value === NO_FIELDS) return {};
	if (value === NOT_JSON) {
		throw new RaisedError(
			'ValueError',
			'[TypeError("\'object\' object is not iterable"), ' +
				"TypeError('vars() argument must have __dict__ attribute')]",
		);
	}
	if (value === NOT_UTF8) {
		throw new RaisedError(
			'UnicodeDecodeError',
			"'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
		);
	}
	if (holds(value, (part) => typeof part === 'number' && !Number.isFinite(part))) {
		throw new RaisedError('ValueError', 'Out of range float values are not JSON compliant');
	}
	if (holds(value, isLoneSurrogate)) throw surrogate('UnicodeEncodeError', '');
	return value;
}

/** Throws what pydantic raises for a value that it cannot write; NaN and Infinity become null. */
export function checkSerializable(value: unknown): void {
	const fail = (reason: string) => new RaisedError('PydanticSerializationError', reason);
	if (value === NOT_JSON) throw fail("Unable to serialize unknown type: <class 'object'>");
	if (value === NO_FIELDS) throw fail("Unable to serialize unknown type: <class 'function'>");
	if (value === NOT_UTF8) throw fail('invalid utf-8 sequence of 1 bytes from index 0');
	if (holds(value, isLoneSurrogate)) {
		throw surrogate(
			'PydanticSerializationError',
			'Error serializing to JSON: UnicodeEncodeError: ',
		);
	}
}

function surrogate(name: string, prefix: string): RaisedError {
	const reason =
		"'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed";
	return new RaisedError(name, prefix + reason);
}

const isLoneSurrogate = (part: unknown) => typeof part === 'string' && /\p{Surrogate}/u.test(part);

/** Whether the value, one of its keys or one of its parts is such. */
function holds(value: unknown, isSuch: (part: unknown) => boolean): boolean {
	if (typeof value !== 'object' || value === null) return isSuch(value);
	return Object.entries(value).some(([key, part]) => isSuch(key) || holds(part, isSuch));
}
