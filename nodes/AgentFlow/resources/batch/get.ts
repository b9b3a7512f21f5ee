import { batchSchema } from '../../schemas';
import { operation } from '../../session';
import { batchIdField } from './fields';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a batch',
	description: 'Retrieve the status of a batch and how far it is',
	parameters: [batchIdField],
	output: batchSchema,
	async execute({ batchId }, { session }) {
		return await session.api.batches.get(batchId);
	},
});
