import type { JsonObject } from './records.mts';

const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/g;

/** Names of the `{{ placeholders }}` of a goal, in the order of their first appearance. */
export function placeholders(goal: string): string[] {
	return [...new Set([...goal.matchAll(PLACEHOLDER)].map(([, name]) => name ?? ''))];
}

/** The goal with its placeholders filled; one without a value stays as it is. */
export function fillPlaceholders(goal: string, variables: JsonObject): string {
	return goal.replace(PLACEHOLDER, (placeholder, name: string) => {
		const value = variables[name];
		if (value === undefined) return placeholder;
		return typeof value === 'string' ? value : JSON.stringify(value);
	});
}
