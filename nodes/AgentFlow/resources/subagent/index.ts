import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { sendMessage } from './sendMessage';

export const subagent: Resource<Session> = {
	value: 'subagent',
	name: 'Subagent',
	operations: [sendMessage],
};
