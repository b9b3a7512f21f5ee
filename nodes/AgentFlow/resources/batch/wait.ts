import { PARALLEL_RUNS, waitFields } from '../../../shared/runs/follow';
import { batchSchema } from '../../schemas';
import { operation } from '../../session';
import { batchIdField } from './fields';

export const wait = operation({
	value: 'wait',
	name: 'Wait for Completion',
	action: 'Wait for a batch to end',
	description: 'Wait until a batch has ended; Batch: Get Output then has its results',
	parameters: [
		batchIdField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: waitFields,
		},
	],
	output: batchSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ batchId, options }, { session }) {
		const batch = await session.batches.find(batchId);
		return await session.batches.follow(batch, { ...options, cancelOnStop: false });
	},
});
