import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Resource } from '../operation';

/*
 * What stands below a node's name on the canvas and tells two nodes apart: expressions over what
 * the form stores. They evaluate no expression in it, which would have no data there.
 */

/** What lists showed of the entries that were picked from them, wherever in the form. */
const picked =
	'((names) => JSON.stringify(form, (key, value) => (key === "cachedResultName" && names.push(value), value)) && names)([])';

const overForm = (text: string): string => `={{ ((form) => ${text})($parameter.toJSON()) }}`;

/** Texts by value, as an expression writes them. */
const tableOf = (texts: Array<[value: string, text: string | string[]]>): string =>
	`(${JSON.stringify(Object.fromEntries(texts))})`;

/**
 * "Start: Web Researcher" where something is picked from a list, and else the action's words in the
 * nodes panel. Where the operation comes from an expression, its resource stands for it.
 */
export function subtitleOf<Session>(resources: Array<Resource<Session>>): string {
	const operations = tableOf(
		resources.flatMap(({ value, operations }) =>
			operations.map(({ value: operation, name, action }): [string, string[]] => [
				`${value}:${operation}`,
				[name, action],
			]),
		),
	);
	const names = tableOf(resources.map(({ value, name }) => [value, name]));
	const chosen = `${operations}[form.resource + ":" + form.operation] ?? Array(2).fill(${names}[form.resource] ?? "By expression")`;
	return overForm(
		`(([name, action], [picked]) => picked ? name + ": " + picked : action)(${chosen}, ${picked})`,
	);
}

/**
 * For a trigger: "On run completed", or "Web Researcher: run completed" with all that was picked, and
 * that first, because the canvas cuts off what is long.
 *
 * @param events the field in which its events are chosen, one or several
 */
export function triggerSubtitleOf({ name, options = [] }: INodeProperties): string {
	const words = tableOf(
		(options as INodePropertyOptions[]).map(({ value, name }) => [
			String(value),
			name.toLowerCase(),
		]),
	);
	const chosen = `[form.${name}].flat().map((event) => ${words}[event]).filter(Boolean).join(", ")`;
	return overForm(
		`((events, picked) => picked ? [picked, events].filter(Boolean).join(": ") : events ? "On " + events : "By expression")(${chosen}, ${picked}.join(", "))`,
	);
}
