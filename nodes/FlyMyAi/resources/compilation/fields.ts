import type { IExecuteFunctions } from 'n8n-workflow';
import { BinaryItem } from '../../../shared/operation';
import { fields, type Values } from '../../../shared/form/parameters';
import { compilationOutput } from '../../output';
import type { Compilation } from '../../schemas';

/** Asks for the script or the instruction as a file. */
export const fileFields = fields([
	{
		displayName: 'Put Output File in Field',
		name: 'binaryProperty',
		type: 'string',
		default: 'data',
		hint: 'The name of the output binary field to put the file in',
		description:
			'Adds the script (.py) or the instruction (.md) to the output as a file. Leave it out to get the text alone.',
	},
]);

/** The compilation as an item, with its text as a file where that was asked for. */
export async function compilationItem(
	compilation: Compilation,
	simplify: boolean,
	{ binaryProperty }: Partial<Values<typeof fileFields>>,
	context: IExecuteFunctions,
): Promise<object> {
	const json = compilationOutput(compilation, simplify);
	const { id, script_code, instruction_md } = compilation;
	const text = script_code || instruction_md;
	if (!binaryProperty || !text) return json;
	const [name, type] = script_code ? [`${id}.py`, 'text/x-python'] : [`${id}.md`, 'text/markdown'];
	const file = await context.helpers.prepareBinaryData(Buffer.from(text), name, type);
	return new BinaryItem(json, { [binaryProperty]: file });
}
