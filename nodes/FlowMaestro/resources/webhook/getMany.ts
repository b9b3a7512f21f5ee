import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { webhookSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many webhooks',
	description:
		'Retrieve a list of the webhooks that FlowMaestro sends events to (scope webhooks:read)',
	parameters: returnAllFields,
	output: webhookSchema,
	async execute({ returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.webhooks.list(wanted), wanted);
	},
});
