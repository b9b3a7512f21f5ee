import type { IExecuteFunctions } from 'n8n-workflow';
import { PlatformError } from './errors';

/**
 * A file of the input item, under its own name; without one the ending still tells its kind.
 *
 * @param label of the form field that names the binary field
 * @throws PlatformError when the item has no such file
 */
export async function inputFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	label = 'Input Binary Field',
): Promise<File> {
	const name = field.trim();
	const { binary = {} } = context.getInputData()[itemIndex];
	if (!Object.hasOwn(binary, name)) {
		const names = Object.keys(binary).join(', ');
		throw new PlatformError(`'${label}': the item has no binary field '${name.slice(0, 100)}'`, {
			fix: names
				? `It has these: ${names}.`
				: 'It has none. Put a node before this one that gives a file.',
		});
	}
	const { fileName, fileExtension, mimeType } = context.helpers.assertBinaryData(itemIndex, name);
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, name);
	return new File([bytes], fileName || (fileExtension ? `file.${fileExtension}` : 'file'), {
		type: mimeType,
	});
}
