// A page as a browser's parser reads it.
import { parse } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** All elements of a page, and what the parser finds wrong with it. */
export function elementsOf(html: string): { elements: Element[]; errors: string[] } {
	const errors: string[] = [];
	const document = parse(html, { onParseError: ({ code }) => errors.push(code) });
	const elements: Element[] = [];
	const walk = (node: Node) => {
		if ('tagName' in node) elements.push(node);
		if ('childNodes' in node) node.childNodes.forEach(walk);
	};
	walk(document);
	return { elements, errors };
}

/** All text in an element. */
export function textOf(node: Node): string {
	if ('value' in node) return node.value;
	return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
