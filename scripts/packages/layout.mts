import type { INode } from 'n8n-workflow';

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';
// How n8n draws a node: a square, and below it the name, which is wider.
const nodeSize = 96;
const label = { width: 200, height: 40 };

/** The pairs that overlap on an example's canvas, where the one hides words or a part of the other. */
export function overlapsIn(nodes: INode[]): string[] {
	const boxes = nodes.map(boxOf);
	return boxes.flatMap((box, index) =>
		boxes
			.slice(index + 1)
			.filter((other) => meet(box, other))
			.map((other) => `${box.name} and ${other.name}`),
	);
}

function boxOf({ name, type, position: [x, y], parameters }: INode): Box {
	if (type === STICKY_NOTE) {
		const { width = 240, height = 160 } = parameters;
		return { name, left: x, top: y, right: x + Number(width), bottom: y + Number(height) };
	}
	const middle = x + nodeSize / 2;
	return {
		name,
		left: middle - label.width / 2,
		top: y,
		right: middle + label.width / 2,
		bottom: y + nodeSize + label.height,
	};
}

const meet = (one: Box, other: Box): boolean =>
	one.left < other.right &&
	other.left < one.right &&
	one.top < other.bottom &&
	other.top < one.bottom;
