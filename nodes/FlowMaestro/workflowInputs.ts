import type { ResourceMapperFields } from 'n8n-workflow';
import { hasStatus } from '../shared/errors';
import type { Current } from '../shared/form/mapper';
import { mapperFields } from '../shared/form/jsonSchema';
import { isObject } from '../shared/json';
import { settle } from '../shared/settle';
import type { FlowMaestroApi } from './api';
import type { Workflow } from './schemas';

/* What FlowMaestro says of the inputs of a workflow. */

/**
 * The inputs of a workflow as fields, where its answer holds a JSON Schema; else what it tells of them,
 * by node and without the names that an execution reads (contract 0.10 and 7).
 *
 * @throws PlatformError when the workflow cannot be read, unless it is a teammate's
 */
export async function describedFields(
	api: FlowMaestroApi,
	workflowId: string,
): Promise<ResourceMapperFields> {
	const workflow = await described(api, workflowId);
	const fields = mapperFields(workflow?.input_schema);
	return fields.length > 0 ? { fields } : notDescribed(workflow);
}

/** The notice beside the fields for names that are typed in. */
export function notDescribed(workflow?: Workflow): ResourceMapperFields {
	const known = isObject(workflow?.inputs) ? Object.values(workflow.inputs) : [];
	const told = known.filter(isObject).map(({ label, type, required, description }) => {
		const kind = [type, required === false ? 'optional' : 'required'].filter(Boolean).join(', ');
		return `${String(label)} (${kind})${description ? `: ${String(description)}` : ''}`;
	});
	const notice =
		told.length > 0
			? `FlowMaestro describes these inputs without their names: ${told.join('; ')}. Add each below under the Input Name of its node.`
			: 'FlowMaestro does not describe the inputs of this workflow. Add them below by name.';
	return { fields: [], emptyFieldsNotice: notice };
}

/** What the workflow takes now, for values that the stored form has no field for. */
export const currentInputs = (
	api: FlowMaestroApi,
	workflow: string | (() => Promise<string | undefined>),
): Current => ({
	otherwise: 'The workflow takes no such inputs',
	async fields() {
		const id = typeof workflow === 'string' ? workflow : await workflow();
		const fields = id ? (await describedFields(api, id)).fields : [];
		// Any name may be right where none is told.
		return fields.length > 0 ? fields : undefined;
	},
});

/** The workflow that a trigger executes; single triggers cannot be read (contract 3). */
export async function workflowBehind(
	api: FlowMaestroApi,
	triggerId: string,
): Promise<string | undefined> {
	for await (const { id, workflow_id: workflowId } of api.triggers.list()) {
		if (id === triggerId) return typeof workflowId === 'string' ? workflowId : undefined;
	}
	return undefined;
}

/** A teammate's workflow is listed, but not told (contract 0.11). */
async function described(api: FlowMaestroApi, id: string): Promise<Workflow | undefined> {
	const read = await settle(async () => await api.workflows.get(id));
	if ('value' in read) return read.value;
	if (hasStatus(read.error, 404)) return undefined;
	throw read.error;
}
