import type { ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import type { Hints } from '../shared/hints';
import { mapperFields } from '../shared/form/jsonSchema';
import { toolName } from './names';
import type { Tool } from './schemas';

/* How a tool's current configuration step is shown (contract: Tools). */

/** The form of the values that the step asks for; either of its schemas may be there and empty. */
function askedFor({ next_configuration_step: step }: Tool): ResourceMapperField[] {
	const fields = mapperFields(step?.vars_from_user_schema);
	return fields.length > 0 ? fields : mapperFields(step?.configuration_schema);
}

/** What there is to do, the login or the command included, without the values. */
function explained(
	{ next_configuration_step: step, redirect_url: url }: Tool,
	fields: ResourceMapperField[],
): string {
	const described =
		step?.description?.replace(/\.$/, '') ||
		(fields.length > 0 ? 'This step needs values' : 'This step needs no values');
	const command = step?.execution_command;
	return [
		`${described}.`,
		url ? `Log in at ${url} first.` : '',
		typeof command === 'string'
			? `What it prints goes into the option Text Answer. Run this command first: ${command}`
			: '',
	]
		.filter(Boolean)
		.join(' ');
}

/** The way to the login as the editor shows it: it takes HTML, and cleans it. */
function loginLink({ redirect_url: url }: Tool): string {
	if (!url) return '';
	// What is encoded in it already stays so; the login service compares it.
	const href = url.replace(/["<>\s]/g, encodeURIComponent);
	return ` <a href="${href}" target="_blank">Open the login page</a>`;
}

/** The current step as what it is: fields, a login in the browser, or a command. */
export function stepFields(tool: Tool): ResourceMapperFields {
	if (!tool.next_configuration_step) {
		return { fields: [], emptyFieldsNotice: 'This tool is configured: no step is left.' };
	}
	const fields = askedFor(tool);
	const todo = explained(tool, fields);
	const orElse = tool.redirect_url ? ', unless the next step is shown here by then' : '';
	return {
		// The editor shows the notice only where there are no fields.
		fields: fields.map((field, index) =>
			index === 0 ? { ...field, displayName: `${field.displayName} (${todo})` } : field,
		),
		emptyFieldsNotice: `${todo} Then execute the node${orElse}.${loginLink(tool)}`,
	};
}

/** Says what is still to be done until the tool can be used. */
export function hintAtNextStep(tool: Tool, hints: Hints): void {
	if (!tool.next_configuration_step) return;
	const fields = askedFor(tool);
	const labels = fields.map(({ displayName }) => displayName).join('; ');
	const asks = labels ? ` It asks for: ${labels}.` : '';
	hints.add(
		`The tool '${toolName(tool)}' (ID ${tool.id}) is not ready: configure it with Tool: Configure. Next step`,
		`${explained(tool, fields)}${asks}${loginLink(tool)}`,
	);
}
