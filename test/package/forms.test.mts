// What somebody who does not code reads in the built nodes' forms.
import { describe, expect, test } from '@jest/globals';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';

const { nodes, credentials } = loadContents(rootFolder, readManifest(rootFolder));
const forms = [
	...nodes.map(({ description }) => [description.displayName, description.properties] as const),
	...credentials.map(({ credential }) => [credential.displayName, credential.properties] as const),
];

type Option = NonNullable<INodeProperties['options']>[number];

/** A field with the fields in it, each with the labels that lead to it. */
function withInner(field: INodeProperties, above = ''): Array<[string, INodeProperties]> {
	const path = `${above}${field.displayName}`;
	const inner = (field.options ?? []).flatMap((option: Option) => {
		if ('values' in option) return option.values;
		return 'type' in option ? [option] : [];
	});
	return [[path, field], ...inner.flatMap((child) => withInner(child, `${path} > `))];
}

const choicesOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyOptions => 'value' in option);

describe.each(forms)('%s', (_name, properties) => {
	const fields = properties.flatMap((property) => withInner(property));

	test('nothing that deletes or stops something is preselected', () => {
		const operations = properties.filter(({ name }) => name === 'operation');
		const preselected = operations.flatMap((field) =>
			choicesOf(field).filter(({ value }) => value === field.default),
		);
		expect(preselected.map(({ action }) => action)).toEqual(
			operations.map(() => expect.not.stringMatching(/^(Abort|Cancel|Delete|Deny|Stop) /)),
		);
	});

	test('a text that must be given shows an example', () => {
		const withoutExample = fields.filter(
			([, { type, required, default: preset, placeholder, typeOptions }]) =>
				type === 'string' &&
				required &&
				!preset &&
				!typeOptions?.password &&
				!placeholder?.startsWith('e.g. '),
		);
		expect(withoutExample.map(([path]) => path)).toEqual([]);
	});

	test('says the same thing by the same word, and as n8n spells it', () => {
		const texts = fields.flatMap(([path, field]) => [
			path,
			field.description ?? '',
			...choicesOf(field).flatMap(({ name, action, description }) => [name, action, description]),
		]);
		const wrong = /\bids?\b|[Ss]ub-agent|[Tt]imezone|[Bb]ehaviour|[Cc]olour|JSON schema/;
		expect(texts.filter((text) => wrong.test(text ?? ''))).toEqual([]);
	});
});
