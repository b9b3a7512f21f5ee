import type { IExecuteFunctions } from 'n8n-workflow';

/** A file of the input item, under its own name. */
export async function inputFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<File> {
	const { fileName, mimeType } = context.helpers.assertBinaryData(itemIndex, field);
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field);
	return new File([bytes], fileName || 'file', { type: mimeType });
}
