import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { remove } from './delete';
import { get } from './get';
import { getMessages } from './getMessages';
import { sendMessage } from './sendMessage';

export const thread: Resource<Session> = {
	value: 'thread',
	name: 'Thread',
	operations: [sendMessage, get, getMessages, remove],
};
