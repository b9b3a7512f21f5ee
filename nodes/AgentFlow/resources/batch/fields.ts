import { field } from '../../../shared/form/parameters';

export const batchIdField = field({
	displayName: 'Batch ID',
	name: 'batchId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. batch_8f14e45f',
	description: 'The batch to work with; its ID is in the output of Batch: Submit',
});
