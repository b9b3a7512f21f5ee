import type { z } from 'zod';
import { waitField } from '../../../shared/form/fields';
import { PARALLEL_RUNS, waitFields } from '../../../shared/runs/follow';
import { knowledgeBaseLocator } from '../../fields';
import { batchSchema, ingestionSchema } from '../../schemas';
import { operation } from '../../session';
import { appendFiles, filesField } from './files';

/** Where it was waited for; else without the job. */
const ingestedSchema = ingestionSchema.extend({ job: batchSchema });

export const addDocuments = operation({
	value: 'addDocuments',
	name: 'Add Documents',
	action: 'Add documents to a knowledge base',
	description: 'Add files to a knowledge base and, by default, wait until it has taken them in',
	parameters: [
		knowledgeBaseLocator,
		filesField,
		waitField('ingestion'),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: waitFields,
		},
	],
	output: ingestedSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session, context, itemIndex }) {
		const { knowledgeBase, binaryProperties, waitForCompletion, options } = values;
		const form = new FormData();
		await appendFiles(form, context, itemIndex, binaryProperties);
		const added = await session.api.knowledgeBases.addDocuments(knowledgeBase, form);
		if (!waitForCompletion || !added.job_id) return added;
		// The files are added: from here on, no error may leave the job unnamed.
		const begun = { id: added.job_id, status: 'processing' };
		const job = await session.batches.follow(begun, { ...options, cancelOnStop: false });
		return { ...added, status: job.status, job } satisfies z.infer<typeof ingestedSchema>;
	},
});
