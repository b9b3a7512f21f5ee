import { z } from 'zod';
import { openApiDocumentOf } from '../../../shared/openApi/instance';
import { cancelBatch } from '../../batchRoutes';
import { operation } from '../../session';
import { batchIdField } from './fields';

export const cancel = operation({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a batch',
	description: 'Stop a batch, where your instance shows how',
	parameters: [batchIdField],
	output: z.object({ id: z.string(), cancelled: z.boolean() }),
	async execute({ batchId }, { session }) {
		const { http } = session;
		await cancelBatch(http, await openApiDocumentOf(http), batchId);
		return { id: batchId, cancelled: true };
	},
});
