import type { IExecuteFunctions } from 'n8n-workflow';

/** A file of the input item, under its own name; without one the ending still tells its kind. */
export async function inputFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<File> {
	const { fileName, fileExtension, mimeType } = context.helpers.assertBinaryData(itemIndex, field);
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field);
	const name = fileName || (fileExtension ? `file.${fileExtension}` : 'file');
	return new File([bytes], name, { type: mimeType });
}
