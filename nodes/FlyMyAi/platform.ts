import type { Platform } from '../shared/http';
import { isObject, type Json } from '../shared/json';

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The text up to the second quote names the field: "'website_url' is a required property". */
const fieldOf = (line: string): string | undefined => /^'([^']+)'/.exec(line)?.[1];

/** What an answer about inputs says first. */
export const INPUTS_REFUSED = "the inputs do not fit the agent's input schema";

/** `variables` says which of the agent's inputs do not fit its schema: as a list, text or object. */
function explainVariables(variables: Json): { message: string; fix: string } {
	const lines = Array.isArray(variables)
		? variables.map(asText)
		: isObject(variables)
			? Object.entries(variables).map(([name, what]) => `${name}: ${asText(what as Json)}`)
			: [asText(variables)];
	const required = lines.filter((line) => line.includes('is a required property')).map(fieldOf);
	const named = required.length > 0 ? ` (${required.join(', ')})` : '';
	return {
		message: `${INPUTS_REFUSED}${named}\n${lines.join('\n')}`,
		fix: 'Fill in or correct these inputs of the agent. If its schema has changed, open the node and reload the list of inputs.',
	};
}

/** Everything the FlyMyAI nodes' requests have in common (contract: Transport, Errors). */
export const platform: Platform = {
	name: 'FlyMyAI',
	credentialType: 'flyMyAiApi',
	explain(_status, body) {
		if (body === undefined || body === null) return undefined;
		if (!isObject(body))
			return { message: Array.isArray(body) ? body.map(asText).join('; ') : asText(body) };
		if (body.variables !== undefined) return explainVariables(body.variables as Json);
		if (body.detail !== undefined) return { message: asText(body.detail as Json) };
		// Django's field map: {"name": ["This field is required."]}
		const lines = Object.entries(body).map(([name, what]) => {
			const reasons = Array.isArray(what) ? what.map(asText).join(' ') : asText(what as Json);
			return `${name}: ${reasons}`;
		});
		return lines.length > 0 ? { message: lines.join('\n') } : undefined;
	},
};
