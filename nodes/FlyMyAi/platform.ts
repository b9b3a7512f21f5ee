import type { Platform } from '../shared/http/platform';
import { isObject, type Json } from '../shared/json';

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const says = (value: Json | undefined): value is Json =>
	typeof value === 'object' && value !== null
		? Object.keys(value).length > 0
		: value !== undefined && value !== null && value !== '';

/** What is said of a field: one reason, or several. */
const reasons = (value: Json): string =>
	Array.isArray(value) ? value.map(asText).join(' ') : asText(value);

/** Between lines, one a field: the editor runs them together. */
const NEXT = ';\n';

/** `{"name": ["Too long."]}` becomes "name: Too long.". */
const perField = (fields: Record<string, unknown>): string =>
	Object.entries(fields as Record<string, Json>)
		.filter(([, what]) => says(what))
		.map(([name, what]) => `${name}: ${reasons(what)}`)
		.join(NEXT);

/** What an answer about inputs says first. */
export const INPUTS_REFUSED = "the inputs do not fit the agent's input schema";

/** `variables` says which of the agent's inputs do not fit its schema: as a list, text or object. */
function explainVariables(variables: Json): { message: string; fix: string } {
	const said = Array.isArray(variables)
		? variables.map(asText).join(NEXT)
		: isObject(variables)
			? perField(variables)
			: asText(variables);
	return {
		message: `${INPUTS_REFUSED}:\n${said}`,
		fix: 'Fill in or correct these inputs of the agent. If its schema has changed, open the node and reload the list of inputs.',
	};
}

/** Everything the FlyMyAI nodes' requests have in common (contract: Transport, Errors). */
export const platform: Platform = {
	name: 'FlyMyAI',
	selfHosted: true,
	credentialType: 'flyMyAiApi',
	explain(_status, body) {
		if (body === undefined || body === null) return undefined;
		if (!isObject(body))
			return { message: Array.isArray(body) ? body.map(asText).join(NEXT) : asText(body) };
		const { variables, detail } = body as Record<string, Json | undefined>;
		if (says(variables)) return explainVariables(variables);
		if (says(detail)) return { message: asText(detail) };
		// Django's field map: {"name": ["This field is required."]}
		return { message: perField(body) };
	},
};
