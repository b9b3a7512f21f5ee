import type { Http } from '../../shared/http/http';
import type { Json } from '../../shared/json';
import {
	bodyFields,
	requiredOf,
	type ApiDocument,
	type ApiOperation,
} from '../../shared/openApi/document';
import { openApiDocumentOf } from '../../shared/openApi/instance';
import { requestOf } from '../../shared/openApi/request';

/** What is known of a run when it is to be cancelled, by the names the API uses. */
export interface RunNames {
	agent_id?: string;
	call_id?: string;
	conversation_id: string;
	message_id: string;
}

/**
 * The one operation that cancels a run without doubt: a POST with "cancel" in its path that takes a
 * call id, or a conversation and message (contract: Through the instance's OpenAPI).
 */
export function cancelOperation(document: ApiDocument): ApiOperation | undefined {
	const matches = document.operations.filter((operation) => {
		if (operation.method !== 'POST' || !/cancel/i.test(operation.path)) return false;
		const names = namesOf(document, operation);
		return (
			names.includes('call_id') ||
			(names.includes('conversation_id') && names.includes('message_id'))
		);
	});
	return matches.length === 1 ? matches[0] : undefined;
}

const namesOf = (document: ApiDocument, operation: ApiOperation): string[] => [
	...operation.parameters.map(({ name }) => name),
	...bodyFields(document, operation),
];

/**
 * Cancels a run, even after the execution was stopped.
 *
 * @returns false where the instance shows no clear way to do so
 * @throws PlatformError when the way it shows does not work
 */
export async function cancelRun(http: Http, run: RunNames): Promise<boolean> {
	const document = await openApiDocumentOf(http);
	const operation = cancelOperation(document);
	if (!operation) return false;
	const inBody = bodyFields(document, operation);
	// A call names the run by itself; without one, the message does.
	const names: { [name: string]: Json | undefined } =
		run.call_id && namesOf(document, operation).includes('call_id')
			? { agent_id: run.agent_id, call_id: run.call_id }
			: { ...run, call_id: undefined };
	const known = Object.entries(names).filter(
		(entry): entry is [string, Json] => entry[1] !== undefined,
	);
	const parameters = Object.fromEntries(
		known.filter(([name]) => operation.parameters.some((parameter) => parameter.name === name)),
	);
	const body = Object.fromEntries(known.filter(([name]) => inBody.includes(name)));
	const needed = [
		...operation.parameters.filter(({ required }) => required).map(({ name }) => name),
		...requiredOf(operation.body?.schema, document.components),
	];
	const given = [...Object.keys(parameters), ...Object.keys(body)];
	if (given.length === 0 || !needed.every((name) => given.includes(name))) return false;
	const request = await requestOf(document, operation, { parameters, body });
	await http.send({
		...request,
		repeatable: true,
		survivesStop: true,
		afterStop: true,
	});
	return true;
}
