import { expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';
import { overlapsIn } from '../../scripts/packages/layout.mts';

const node = (name: string, position: [number, number]): INode => ({
	id: name,
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 1,
	position,
	parameters: {},
});

/** Its lower edge is at 0, its right one at 300. */
const note: INode = {
	...node('Note', [0, -100]),
	type: 'n8n-nodes-base.stickyNote',
	parameters: { width: 300, height: 100 },
};

test('what stands side by side does not overlap', () => {
	expect(overlapsIn([note, node('A', [0, 0]), node('B', [200, 0]), node('C', [0, 136])])).toEqual(
		[],
	);
});

test.each([
	['a node', [100, -1]],
	["a node's name", [100, -235]],
	["a node's name at the side", [351, -50]],
] as Array<[string, [number, number]]>)('%s lies upon a note', (_what, position) => {
	expect(overlapsIn([note, node('A', position)])).toEqual(['Note and A']);
});

test('a node lies upon the name of another', () => {
	expect(overlapsIn([node('A', [0, 0]), node('B', [0, 135])])).toEqual(['A and B']);
});
