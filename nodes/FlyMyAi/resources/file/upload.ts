import { randomUUID } from 'node:crypto';
import { inputFile } from '../../../shared/files';
import { uploadedFileSchema } from '../../schemas';
import { operation } from '../../session';

export const upload = operation({
	value: 'upload',
	name: 'Upload',
	action: 'Upload a file',
	description: "Upload a file and get a URL that can be an agent's input",
	parameters: [
		{
			displayName: 'Input Binary Field',
			name: 'binaryProperty',
			type: 'string',
			default: 'data',
			required: true,
			hint: 'The name of the input binary field containing the file to be uploaded',
			description: 'The field of the input item that holds the file',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'External ID',
					name: 'externalId',
					type: 'string',
					default: '',
					description: 'Any text of yours that the answer repeats; made up when left out',
				},
				{
					displayName: 'File Name',
					name: 'fileName',
					type: 'string',
					default: '',
					placeholder: 'e.g. report.pdf',
					description: "Overrides the file's own name",
				},
			],
		},
	],
	output: uploadedFileSchema,
	async execute({ binaryProperty, options }, { session, context, itemIndex }) {
		const file = await inputFile(context, itemIndex, binaryProperty);
		const { fileName = file.name, externalId = randomUUID() } = options;
		const named = new File([file], fileName, { type: file.type });
		return await session.api.files.upload(named, externalId);
	},
});
