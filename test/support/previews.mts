import { expect } from '@jest/globals';
import { Ajv } from 'ajv';
import axios from 'axios';
import type { INode } from 'n8n-workflow';
import type { Resource } from '../../nodes/shared/operation.ts';
import { previewFrom } from '../../scripts/lib/preview.mts';

const ajv = new Ajv();

/** Every operation of a node that has a preview, with it. */
export const previewsOf = <Session,>(resources: Array<Resource<Session>>) =>
	resources.flatMap(({ value: resource, operations }) =>
		operations.flatMap(({ value, output }) =>
			output ? [{ resource, value, preview: previewFrom(output) }] : [],
		),
	);

/** What n8n gives the editor to show as the node's output before it has run, if anything. */
export async function previewOf(
	n8nUrl: string,
	{ type, parameters: { resource, operation } }: Pick<INode, 'type' | 'parameters'>,
): Promise<object | undefined> {
	const url = `${n8nUrl}/schemas/${type}/1.0.0/${resource}/${operation}.json`;
	const { status, data } = await axios.get(url, { validateStatus: () => true });
	if (status === 404) return undefined;
	expect(status).toBe(200);
	return data;
}

/** Fails with what is wrong where an item is not what the preview says. */
export function expectToFit(preview: object, item: object): void {
	const validate = ajv.compile(preview);
	validate(item);
	expect(validate.errors).toBeNull();
}

/** The same, or where it lacks one of the fields that the preview shows. */
export function expectToShow(preview: object, item: object): void {
	expectToFit(preview, item);
	const { properties } = { properties: {}, ...preview };
	expect(Object.keys(item)).toEqual(expect.arrayContaining(Object.keys(properties)));
}
