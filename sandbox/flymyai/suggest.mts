// The schema writer: a guess from a goal's placeholders and hints, the same every time.
import { ApiError } from './errors.mts';
import { placeholders } from './placeholders.mts';
import type { JsonObject } from './records.mts';

interface Wish {
	goal: string;
	/** Whether to write descriptions too. */
	describe: boolean;
	inputHint?: string;
	outputHint?: string;
	/** Of a run: they tell the types of the inputs. */
	variables?: JsonObject;
}

/** Throws the contract's 502 for a goal that calls itself `unsuggestable`. */
export function suggestSchema({ goal, describe, inputHint, outputHint, variables = {} }: Wish) {
	if (goal.includes('unsuggestable')) {
		throw new ApiError(502, { detail: 'The schema writer gave no usable answer. Try again.' });
	}
	const inputs = [...new Set([...placeholders(goal), ...Object.keys(variables)])];
	const inputNames = inputs.length > 0 ? inputs : hintedNames(inputHint);
	const hinted = hintedNames(outputHint);
	const outputNames = hinted.length > 0 ? hinted : outputsOf(goal);

	const inputSchema = objectSchema(inputNames, (name) => ({
		...(name in variables ? typeOfValue(variables[name]) : typeOfName(name)),
		...(describe ? { description: `The ${words(name)} the agent works on` } : {}),
	}));
	const outputSchema = objectSchema(outputNames, (name) => ({
		...typeOfName(name),
		...(describe ? { description: `The ${words(name)} the agent found` } : {}),
	}));
	const descriptions = {
		input_description: inputHint || `What the agent needs: ${inputNames.map(words).join(', ')}.`,
		output_description:
			outputHint || `What the agent answers: ${outputNames.map(words).join(', ')}.`,
	};
	return {
		reasoning: `The goal names ${inputNames.length} inputs (${inputNames.join(', ') || 'none'}) and asks for ${outputNames.join(', ')}.`,
		input_schema: inputSchema,
		output_schema: outputSchema,
		...(describe ? descriptions : {}),
	};
}

function objectSchema(names: string[], property: (name: string) => JsonObject): JsonObject {
	return {
		type: 'object',
		properties: Object.fromEntries(names.map((name) => [name, property(name)])),
		required: names,
	};
}

/** "a topic and the number of sources" -> topic, number_of_sources */
function hintedNames(hint = ''): string[] {
	return hint
		.toLowerCase()
		.split(/,|;|\band\b/)
		.map((part) => part.replace(/\b(an?|the|one|list of)\b/g, ' ').match(/[a-z0-9]+/g) ?? [])
		.filter((part) => part.length > 0)
		.map((part) => part.slice(0, 4).join('_'));
}

const OUTPUTS: Array<[asked: RegExp, names: string[]]> = [
	[/research|find|search/i, ['summary', 'key_findings', 'sources']],
	[/summar/i, ['summary']],
	[/classif|categor|triage/i, ['category']],
	[/score|rate|rank/i, ['score']],
	[/repl|answer|draft|write/i, ['reply']],
	[/translat/i, ['translation']],
];

function outputsOf(goal: string): string[] {
	const names = OUTPUTS.flatMap(([asked, outputs]) => (asked.test(goal) ? outputs : []));
	return names.length > 0 ? [...new Set(names)] : ['result'];
}

function typeOfName(name: string): JsonObject {
	if (/(^|_)(url|uri|link|website)$/i.test(name)) return { type: 'string', format: 'uri' };
	if (/e_?mail/i.test(name)) return { type: 'string', format: 'email' };
	if (/(^|_)date$/i.test(name)) return { type: 'string', format: 'date' };
	if (/(^|_)(count|number|limit|max|min|year|age)(_|$)/i.test(name)) return { type: 'integer' };
	if (/(^|_)(score|price|amount|rating)$/i.test(name)) return { type: 'number' };
	if (/^(is|has|include|should)_/i.test(name)) return { type: 'boolean' };
	if (/(findings|sources|tags|keywords|items|names|links|urls|list)$/i.test(name)) {
		return { type: 'array', items: { type: 'string' } };
	}
	return { type: 'string' };
}

function typeOfValue(value: unknown): JsonObject {
	if (Array.isArray(value)) return { type: 'array', items: typeOfValue(value[0]) };
	if (value === null || value === undefined) return { type: 'string' };
	if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
	return { type: typeof value };
}

function words(name: string): string {
	return name.replaceAll('_', ' ');
}
