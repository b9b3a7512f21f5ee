// The forms that are drawn from what a platform tells, in every node.
import { describe, expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';

const mappers = loadContents(rootFolder, readManifest(rootFolder)).nodes.flatMap(
	({ description }) =>
		description.properties
			.filter(({ type }) => type === 'resourceMapper')
			.map((property) => ({ in: description.displayName, named: property.displayName, property })),
);

test('there are some', () => {
	expect(mappers).not.toEqual([]);
});

describe.each(mappers)('$named of $in', ({ property }) => {
	test('is headed by what it is', () => {
		const { displayName, typeOptions } = property;

		// Without one the heading is n8n's "Values to Send", whatever the form is for.
		expect(typeOptions?.resourceMapper?.valuesLabel).toBe(displayName);
	});

	test('does not do without a required field', () => {
		const { displayOptions, ...shown } = property;
		const node = { parameters: {} } as INode;
		const issuesOf = (value: object) => {
			const schema = [{ id: 'needed', displayName: 'Needed', required: true, type: 'string' }];
			const filled = { mappingMode: 'defineBelow', value, matchingColumns: [], schema };
			const parameters = { [shown.name]: filled } as INode['parameters'];
			return NodeHelpers.getParameterIssues(shown, parameters, '', node, null).parameters;
		};

		expect(issuesOf({ needed: 'this' })).toBeUndefined();
		expect(issuesOf({})).toMatchObject({
			[`${shown.name}.needed`]: [expect.stringMatching(/"needed" is required/)],
		});
	});
});
