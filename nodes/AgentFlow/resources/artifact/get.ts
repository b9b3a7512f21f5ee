import { artifactSchema } from '../../schemas';
import { operation } from '../../session';
import { artifactIdField } from './fields';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an artifact',
	description: 'Retrieve one thing that an agent has made',
	parameters: [artifactIdField],
	output: artifactSchema,
	async execute({ artifactId }, { session }) {
		return await session.api.artifacts.get(artifactId);
	},
});
