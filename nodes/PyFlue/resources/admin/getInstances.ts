import { z } from 'zod';
import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { nameLocator } from '../../fields';
import { operation } from '../../session';

export const getInstances = operation({
	value: 'getInstances',
	name: 'Get Instances',
	action: 'Get instances',
	description: 'Retrieve the instances of an agent or workflow that have runs in the history',
	parameters: [nameLocator, ...returnAllFields],
	output: z.object({ name: z.string(), instance_id: z.string() }),
	async execute({ name, returnAll, limit }, { session }) {
		const most = returnAll ? Infinity : limit;
		const instances = await take(session.api.admin.instances(name, most), most);
		return instances.map(({ instanceId }) => ({ name, instance_id: instanceId }));
	},
});
