// The form fields that a JSON Schema is drawn as.
import { describe, expect, test } from '@jest/globals';
import { mapperFields, placeholderFields } from '../../nodes/shared/form/jsonSchema.ts';

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
		[{ allOf: [{ $ref: '#/$defs/list' }], default: [] }, 'array'],
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

	test.each([
		[{ type: 'integer', default: 'many' }],
		[{ type: 'boolean', default: 'yes' }],
		[{ type: 'array', default: { a: 1 } }],
		[{ type: 'object', default: 'none' }],
		[{ type: 'string', format: 'date-time', default: 'next week' }],
		[{ enum: [1, 2], default: '1' }],
	])('of %j is left out, which no execution would take', (property) => {
		expect(fieldOf(property)).not.toHaveProperty('defaultValue');
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

describe('the labels of a form', () => {
	const labelsOf = (properties: object) =>
		mapperFields({ properties }).map(({ displayName }) => displayName);
	/** What the editor calls a field for a model that is to fill it in, from its label alone. */
	const fromAiKey = (label: string) => label.slice(0, 63).replace(/[^a-zA-Z0-9-]/g, '_');
	/** The key of each field; an editor's key may not be empty. */
	const keysOf = (properties: object) => {
		const keys = labelsOf(properties).map(fromAiKey);
		expect(keys.every((key) => /^[a-zA-Z0-9_-]{1,64}$/.test(key))).toBe(true);
		return keys;
	};
	const times = (count: number, property: (index: number) => [string, object]) =>
		Object.fromEntries(Array.from({ length: count }, (_, index) => property(index)));
	const company = { title: 'Company', description: 'The company' };
	const longTitle = 'A title that says everything and leaves no room for anything else at all';

	test.each([
		['say nothing more where all differ', { a: {}, b: { title: 'Company' } }, ['A', 'Company']],
		[
			'say the names where the titles and descriptions are the same',
			{ buyer: company, seller: company, other: {} },
			['Company (buyer): The company', 'Company (seller): The company', 'Other'],
		],
		[
			'say the names where they differ in case',
			{ topic: {}, Topic: {} },
			['Topic (topic)', 'Topic (Topic)'],
		],
		['count where the names are of no use', { тема: {}, язык: {} }, ['1. Тема', '2. Язык']],
		[
			'count where the names come too late',
			{ x: { title: longTitle }, y: { title: longTitle } },
			[`${longTitle} (x)`, `2. ${longTitle}`],
		],
		[
			'do not take the words of another field',
			{ a: { title: 'T' }, b: { title: 'T' }, c: { title: 'T (a)' }, d: { title: '1. T' } },
			['5. T', 'T (b)', 'T (a)', '1. T'],
		],
		['are there without a name', { '': {}, __: {} }, ['1. ', '__']],
	])('%s', (_, properties, labels) => {
		expect(labelsOf(properties)).toEqual(labels);
	});

	test.each([
		['sixty of the same title', times(60, (i) => [`field_${i}`, company])],
		['sixty of the same long title', times(60, (i) => [`field_${i}`, { title: longTitle }])],
		['sixty in Cyrillic', times(60, (i) => ['поле'.repeat(i % 7) + 'я'.repeat(i), company])],
		['sixty of the same long beginning', times(60, (i) => [`${'n'.repeat(70)}${i}`, {}])],
		['names with dots, spaces and marks', { 'a.b': {}, 'a b': {}, a_b: {}, 'a-b': {}, 'a/b': {} }],
		['names of marks', { '': {}, ' ': {}, '-': {}, _: {}, '.': {}, '😀': {}, '😁': {} }],
		['names like numbers', { 1: {}, 2: {}, '1.': { title: '2. 1' }, '２': {}, '１': {} }],
		['names of objects', { constructor: company, toString: company, name: company }],
		[
			'descriptions that differ late',
			times(3, (i) => [`f${i}`, { title: 'F', description: `${'d'.repeat(70)}${i}` }]),
		],
	])('give each field a key of its own: %s', (_, properties) => {
		const keys = keysOf(properties);

		expect(keys).toHaveLength(Object.keys(properties).length);
		expect(new Set(keys).size).toBe(keys.length);
	});

	test("take no property's own `name` for its name", () => {
		expect(labelsOf({ a: { name: 'b' } })).toEqual(['A']);
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
		['Über {{ größe }}, {{тема}} und {{ 主題 }}', ['größe', 'тема', '主題']],
		['{ no } {{}} {{ two words }} {{ open', []],
		['', []],
	])('of "%s" are %j', (prompt, names) => {
		const fields = placeholderFields(prompt);

		expect(fields.map(({ id }) => id)).toEqual(names);
		expect(fields.every(({ required, type }) => required && type === 'string')).toBe(true);
	});
});
