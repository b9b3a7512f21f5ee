import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isObject } from './json';

/* What is different where an AI agent uses the node as its tool. */

/** How long a tool waits for a run, in seconds, unless the form says otherwise: the model waits too. */
export const TOOL_MAX_WAIT = 100;

/** Longest text, and most entries of a list, that a model gets in one field. */
const LONGEST_TEXT = 8_000;
const LONGEST_LIST = 50;

/** Whether this node is the variant that n8n makes for AI agents. */
export const isTool = (context: Pick<IExecuteFunctions, 'getNode'>): boolean =>
	context.getNode().type.endsWith('Tool');

/**
 * An item as a model can read it: without walls of text, with files described in words because n8n
 * hands on no binary data, and with what a person would read in a hint.
 */
export function forModel(
	{ json, binary, ...item }: INodeExecutionData,
	notes: string[],
): INodeExecutionData {
	const files = Object.entries(binary ?? {}).map(([field, file]) => describe(field, file));
	return {
		...item,
		json: {
			...(shortened(json) as IDataObject),
			...(files.length > 0 ? { files } : {}),
			...(notes.length > 0 ? { note: notes.join(' ') } : {}),
		},
	};
}

const describe = (field: string, { fileName, mimeType, fileSize }: IBinaryData): IDataObject => ({
	field,
	name: fileName ?? null,
	type: mimeType,
	size: fileSize ?? null,
});

function shortened(value: unknown): unknown {
	if (typeof value === 'string' && value.length > LONGEST_TEXT) {
		const left = value.length - LONGEST_TEXT;
		return `${value.slice(0, LONGEST_TEXT)}… (${left} more characters are left out)`;
	}
	if (Array.isArray(value)) {
		const entries = value.slice(0, LONGEST_LIST).map(shortened);
		const left = value.length - entries.length;
		return left > 0 ? [...entries, `… (${left} more entries are left out)`] : entries;
	}
	if (isObject(value)) {
		return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
	}
	return value;
}
