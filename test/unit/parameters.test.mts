// What is made of the values that a form, an expression or an AI agent gives.
import { describe, expect, test } from '@jest/globals';
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { PlatformError } from '../../nodes/shared/errors.ts';
import { readParameters } from '../../nodes/shared/form/parameters.ts';

/** A form whose fields hold these values; a field that is missing is hidden. */
function formWith(values: Record<string, unknown>): IExecuteFunctions {
	const getNodeParameter = (name: string, _item: number, fallback: unknown) =>
		name in values ? values[name] : fallback;
	const getTimezone = () => 'Asia/Tokyo';
	const getNode = () => ({ parameters: values });
	return { getNode, getNodeParameter, getTimezone } as unknown as IExecuteFunctions;
}

const base = { displayName: 'It', name: 'it', default: '' } as const;
const choices = [
	{ name: 'A', value: 'a' },
	{ name: 'Two', value: 2 },
];
const nested: INodeProperties[] = [
	{ displayName: 'Count', name: 'count', type: 'number', default: 0 },
	{ displayName: 'Name', name: 'name', type: 'string', default: 'unnamed' },
];

const properties = {
	string: { ...base, type: 'string' },
	required: { ...base, type: 'string', required: true },
	number: { ...base, type: 'number' },
	bounded: { ...base, type: 'number', typeOptions: { minValue: 1, maxValue: 9 } },
	boolean: { ...base, type: 'boolean' },
	options: { ...base, type: 'options', options: choices },
	loaded: { ...base, type: 'options', typeOptions: { loadOptionsMethod: 'load' } },
	multiOptions: { ...base, type: 'multiOptions', options: choices },
	json: { ...base, type: 'json' },
	dateTime: { ...base, type: 'dateTime' },
	resourceLocator: { ...base, type: 'resourceLocator' },
	collection: { ...base, type: 'collection', options: nested },
	fixedCollection: {
		...base,
		type: 'fixedCollection',
		options: [{ displayName: 'Row', name: 'row', values: nested }],
	},
} satisfies Record<string, INodeProperties>;
type Kind = keyof typeof properties;

const read = (kind: Kind, it: unknown): unknown =>
	readParameters(formWith({ it }), [properties[kind]], 0).it;

const NOON = new Date('2026-05-23T12:00:00Z');

describe('taken as they are, or converted', () => {
	test.each<[Kind, unknown, unknown]>([
		['string', 'text', 'text'],
		['string', ' as it is ', ' as it is '],
		['string', 5, '5'],
		['string', true, 'true'],
		['string', null, ''],
		['string', '  ', ''],
		['number', 5, 5],
		['string', { toISO: () => '2026-05-23T12:00:00.000Z' }, '2026-05-23T12:00:00.000Z'],
		['number', ' 5.5 ', 5.5],
		['number', '-1e3', -1000],
		['bounded', 1, 1],
		['bounded', '9', 9],
		['boolean', false, false],
		['boolean', 'true', true],
		['boolean', 'false', false],
		['options', 'a', 'a'],
		['options', 2, 2],
		['loaded', 'anything', 'anything'],
		['multiOptions', ['a', 2], ['a', 2]],
		['multiOptions', 'a', ['a']],
		['multiOptions', '', []],
		['json', '{"a": [1, null]}', { a: [1, null] }],
		['json', { a: 1 }, { a: 1 }],
		['json', [1], [1]],
		['json', 'null', null],
		['json', '', undefined],
		// Without a zone it is meant in the workflow's, which is nine hours ahead here.
		['dateTime', '2026-05-23', '2026-05-22T15:00:00.000Z'],
		['dateTime', '2026-05-23T12:00:00', '2026-05-23T03:00:00.000Z'],
		['dateTime', '2026-05-23T12:00:00Z', '2026-05-23T12:00:00.000Z'],
		['dateTime', NOON, NOON.toISOString()],
		['dateTime', { toISO: () => '2026-05-23T12:00:00.000Z' }, '2026-05-23T12:00:00.000Z'],
		['dateTime', '', ''],
		['resourceLocator', { __rl: true, mode: 'id', value: ' abc ' }, 'abc'],
		['resourceLocator', 42, '42'],
		['resourceLocator', { mode: 'list', value: '' }, ''],
		['collection', { count: '3' }, { count: 3 }],
		['collection', { count: 3, unknown: 1 }, { count: 3 }],
		['collection', { count: '', name: ' ' }, {}],
		['collection', {}, {}],
		['collection', '', {}],
		['fixedCollection', { row: [{ count: '3' }] }, { row: [{ count: 3, name: 'unnamed' }] }],
		['fixedCollection', { row: { count: 1, name: 'one' } }, { row: [{ count: 1, name: 'one' }] }],
		['fixedCollection', {}, { row: [] }],
	])('%s from %j', (kind, given, expected) => {
		expect(read(kind, given)).toEqual(expected);
	});
});

describe('refused with the name of the field', () => {
	test.each<[Kind, unknown, string | RegExp]>([
		['string', { a: 1 }, "'It' must be text, not an object"],
		['string', [1], "'It' must be text, not a list"],
		['required', '', "'It' is required"],
		['required', '  ', "'It' is required"],
		['required', undefined, "'It' is required"],
		['number', 'many', `'It' must be a number, not "many"`],
		['number', '', `'It' must be a number, not ""`],
		['number', undefined, "'It' must be a number, not empty"],
		['number', NaN, "'It' must be a number, not null"],
		['number', [5], "'It' must be a number, not [5]"],
		['bounded', 0, "'It' must be at least 1"],
		['bounded', 9.5, "'It' must be at most 9"],
		['boolean', 'yes', `'It' must be true or false, not "yes"`],
		['boolean', 1, "'It' must be true or false, not 1"],
		['options', 'b', "'It' must be one of 'a', '2', not 'b'"],
		['options', '2', "'It' must be one of 'a', '2', not '2'"],
		['multiOptions', ['a', 'b'], "'It' must be one of 'a', '2', not 'b'"],
		['multiOptions', 'a, b', "'It' must be one of 'a', '2', not 'b'"],
		['json', '{a}', /^'It' must be JSON: ./],
		['json', undefined, "'It' is empty: its expression gives nothing"],
		['json', null, "'It' is empty: its expression gives nothing"],
		['dateTime', 'lately', "'It' must be a date and time, not 'lately'"],
		['dateTime', new Date('lately'), "'It' must be a date and time, not 'Invalid Date'"],
		['dateTime', { a: 1 }, "'It' must be text, not an object"],
		['resourceLocator', { mode: 'id', value: ['x'] }, "'It' must be text, not a list"],
		['collection', [1], "'It' must be an object"],
		['collection', { count: 'x' }, `'Count' must be a number, not "x"`],
		['fixedCollection', { row: [{ count: 'x' }] }, `'Count' must be a number, not "x"`],
	])('%s from %j', (kind, given, message) => {
		expect(() => read(kind, given)).toThrow(PlatformError);
		expect(() => read(kind, given)).toThrow(message);
	});
});

describe('a resource mapper', () => {
	const mapper: INodeProperties = { ...base, type: 'resourceMapper' };

	test('gives its values, without what was left alone', () => {
		const form = formWith({ 'it.value': { a: 1, b: null, c: undefined, d: '', e: false } });

		expect(readParameters(form, [mapper], 0)).toEqual({ it: { a: 1, d: '', e: false } });
		expect(readParameters(formWith({ 'it.value': null }), [mapper], 0)).toEqual({ it: {} });
	});
});

test('a hidden field is undefined, and one that is shown is not', () => {
	const displayOptions = { show: { other: [true] } };
	const hidden: INodeProperties = { ...properties.required, displayOptions };

	expect(readParameters(formWith({}), [hidden], 0)).toEqual({ it: undefined });
	expect(readParameters(formWith({ it: 'x' }), [hidden], 0)).toEqual({ it: 'x' });
	expect(() => readParameters(formWith({ it: '' }), [hidden], 0)).toThrow("'It' is required");
});

test('a notice has no value', () => {
	expect(readParameters(formWith({}), [{ ...base, type: 'notice' }], 0)).toEqual({});
});
