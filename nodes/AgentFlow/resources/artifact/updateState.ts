import { objectOf } from '../../../shared/form/parameters';
import { asItems } from '../../output';
import { artifactSchema } from '../../schemas';
import { operation } from '../../session';
import { artifactIdField } from './fields';

export const updateState = operation({
	value: 'updateState',
	name: 'Update State',
	action: 'Update an artifact state',
	description: 'Change what is kept beside the content of an artifact',
	parameters: [
		artifactIdField,
		{
			displayName: 'State',
			name: 'state',
			type: 'json',
			default: '{}',
			required: true,
			description: 'The values to change, as a JSON object',
		},
	],
	output: artifactSchema,
	async execute({ artifactId, state }, { session }) {
		return asItems(await session.api.artifacts.updateState(artifactId, objectOf(state, 'State')));
	},
});
