import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { remove } from './delete';
import { get } from './get';
import { getConfiguration } from './getConfiguration';
import { getMany } from './getMany';
import { getStatistics } from './getStatistics';
import { sendMessage } from './sendMessage';
import { updateConfiguration } from './updateConfiguration';

export const agent: Resource<Session> = {
	value: 'agent',
	name: 'Agent',
	operations: [
		remove,
		get,
		getConfiguration,
		getMany,
		getStatistics,
		sendMessage,
		updateConfiguration,
	],
};
