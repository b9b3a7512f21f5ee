// The report that an item carries.
import type { INodeExecutionData } from 'n8n-workflow';
import { elementsOf, textOf } from './html.mts';

/** A report as its reader sees it. */
export interface Page {
	fileName: string | undefined;
	html: string;
	title: string;
	/** What stands under each heading. */
	sections: Record<string, string>;
	/** What is seen of each step while it is folded. */
	steps: string[];
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Opens the report of an item. */
export function pageOf({ binary }: INodeExecutionData): Page {
	const file = binary?.report;
	if (file?.mimeType !== 'text/html') throw new Error('The item carries no report');
	const html = Buffer.from(file.data, 'base64').toString('utf8');
	const { elements } = elementsOf(html);
	const named = (name: string) => elements.filter(({ tagName }) => tagName === name);
	const sections = named('section').map((section) => {
		const [heading, ...others] = section.childNodes.map((node) => spaced(textOf(node)));
		return [heading, others.join(' ').trim()];
	});
	const steps = elements.filter(
		({ tagName, parentNode }) =>
			tagName === 'summary' ||
			(tagName === 'p' && parentNode !== null && parentNode.nodeName === 'li'),
	);
	return {
		fileName: file.fileName,
		html,
		title: spaced(textOf(named('h1')[0])),
		sections: Object.fromEntries(sections),
		steps: steps.map((step) => spaced(textOf(step))),
	};
}
