// The form fields that a JSON Schema is drawn as.
import { describe, expect, test } from '@jest/globals';
import { mapperFields, placeholderFields } from '../../nodes/shared/jsonSchema.ts';

const fieldOf = (property: unknown, rest: object = {}) =>
	mapperFields({ type: 'object', properties: { it: property }, ...rest })[0];

describe('the type', () => {
	test.each([
		[{ type: 'string' }, 'string'],
		[{ type: 'integer' }, 'number'],
		[{ type: 'number' }, 'number'],
		[{ type: 'boolean' }, 'boolean'],
		[{ type: 'array', items: {} }, 'array'],
		[{ type: 'object' }, 'object'],
		[{ properties: { a: {} } }, 'object'],
		[{ type: 'string', format: 'date-time' }, 'dateTime'],
		[{ type: 'string', format: 'date' }, 'string'],
		[{ type: ['integer', 'null'] }, 'number'],
		[{ type: ['integer', 'string'] }, 'string'],
		[{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'number'],
		[{ oneOf: [{ type: 'null' }, { $ref: '#/$defs/list' }] }, 'array'],
		[{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, 'string'],
		[{ $ref: '#/$defs/list' }, 'array'],
		[{ $ref: '#/$defs/a~1b%' }, 'boolean'],
		[{ $ref: '#/$defs/loop' }, 'string'],
		[{ $ref: 'https://elsewhere.example.com/schema' }, 'string'],
		[{ $ref: '#/nowhere' }, 'string'],
		[{}, 'string'],
		[true, 'string'],
		[null, 'string'],
	])('of %j is %s', (property, type) => {
		const $defs = {
			list: { type: 'array' },
			'a/b%': { type: 'boolean' },
			loop: { $ref: '#/$defs/loop' },
		};

		expect(fieldOf(property, { $defs }).type).toBe(type);
	});
});

describe('choices', () => {
	const plain = [
		{ name: 'a', value: 'a' },
		{ name: '2', value: 2 },
		{ name: 'true', value: true },
	];

	test.each([
		['an enum', { enum: ['a', 2, true, null, { no: 1 }] }, plain],
		['constants', { oneOf: [{ const: 'a' }, { const: 2 }, { const: true }] }, plain],
		['one constant', { const: 'a' }, plain.slice(0, 1)],
		[
			'constants with titles',
			{ anyOf: [{ const: 'a', title: 'A', description: 'The first' }, { type: 'null' }] },
			[{ name: 'A', value: 'a', description: 'The first' }],
		],
	])('come from %s', (_, property, options) => {
		expect(fieldOf(property)).toMatchObject({ type: 'options', options });
	});

	test('of nothing plain are typed in', () => {
		expect(fieldOf({ type: 'object', enum: [{ a: 1 }] })).toMatchObject({ type: 'object' });
		expect(fieldOf({ type: 'object', enum: [{ a: 1 }] })).not.toHaveProperty('options');
	});
});

describe('the default', () => {
	test.each([
		['text', 'text'],
		['', ''],
		[0, 0],
		[false, false],
		[['a'], '["a"]'],
		[{ a: 1 }, '{"a":1}'],
	])('%j is %j', (given, shown) => {
		expect(fieldOf({ default: given }).defaultValue).toBe(shown);
	});

	test('is left out where there is none', () => {
		expect(fieldOf({ default: null })).not.toHaveProperty('defaultValue');
		expect(fieldOf({})).not.toHaveProperty('defaultValue');
	});
});

describe('the label', () => {
	const labelOf = (name: string, property: object) =>
		mapperFields({ properties: { [name]: property } })[0].displayName;

	test.each([
		['max_sources', {}, 'Max Sources'],
		['maxSources2Read', {}, 'Max Sources2 Read'],
		['max-sources', { title: '' }, 'Max Sources'],
		['x', { title: 'Sources', description: ' How many ' }, 'Sources: How many'],
	])('of %s with %j is "%s"', (name, property, label) => {
		expect(labelOf(name, property)).toBe(label);
	});

	test('shortens a long description', () => {
		const label = labelOf('x', { description: 'd'.repeat(500) });

		expect(label).toBe(`X: ${'d'.repeat(299)}…`);
	});
});

describe('the fields', () => {
	test('keep the order and say which are required', () => {
		const fields = mapperFields({
			$ref: '#/definitions/Inputs',
			definitions: { Inputs: { properties: { b: {}, a: {} }, required: ['a', 'unknown'] } },
		});

		expect(fields.map(({ id, required }) => [id, required])).toEqual([
			['b', false],
			['a', true],
		]);
		expect(fields[0]).toMatchObject({
			display: true,
			defaultMatch: false,
			canBeUsedToMatch: false,
		});
	});

	test('a reference keeps what stands beside it', () => {
		const $defs = { text: { type: 'string', title: 'Any Text' } };
		const field = fieldOf({ $ref: '#/$defs/text', description: 'This one' }, { $defs });

		expect(field.displayName).toBe('Any Text: This one');
	});

	test.each([undefined, null, 'text', [], { type: 'string' }, { properties: [] }])(
		'are none for %j',
		(schema) => {
			expect(mapperFields(schema)).toEqual([]);
		},
	);
});

describe('placeholders', () => {
	test.each([
		['Write {{ topic }} in {{tone}} for {{ topic }}', ['topic', 'tone']],
		['{{ a.b }} {{ c-d }} {{e_1}}', ['a.b', 'c-d', 'e_1']],
		['{ no } {{}} {{ two words }} {{ open', []],
		['', []],
	])('of "%s" are %j', (prompt, names) => {
		const fields = placeholderFields(prompt);

		expect(fields.map(({ id }) => id)).toEqual(names);
		expect(fields.every(({ required, type }) => required && type === 'string')).toBe(true);
	});
});
