import type { IExecuteFunctions } from 'n8n-workflow';
import { PlatformError } from '../../../shared/errors';
import { inputFile } from '../../../shared/files';
import { field } from '../../../shared/form/parameters';
import { listed } from '../../fields';

export const filesField = field({
	displayName: 'Input Binary Fields',
	name: 'binaryProperties',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The names of the input binary fields containing the files, separated by commas',
	description: 'The fields of the input item that hold the documents',
});

/**
 * Adds the item's files to a form.
 *
 * @throws PlatformError when no field is named
 */
export async function appendFiles(
	form: FormData,
	context: IExecuteFunctions,
	itemIndex: number,
	names: string | undefined,
): Promise<void> {
	const fields = listed(names);
	if (!fields) {
		throw new PlatformError("'Input Binary Fields' names no field", {
			fix: "Name the input binary fields that hold the documents, such as 'data'.",
		});
	}
	for (const name of fields) {
		const file = await inputFile(context, itemIndex, name, filesField.displayName);
		form.append('files', file);
	}
}
