import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { addMessage } from './addMessage';
import { create } from './create';
import { get } from './get';
import { getMany } from './getMany';
import { getMessages } from './getMessages';
import { getReport } from './getReport';
import { getTimeline } from './getTimeline';

export const conversation: Resource<Session> = {
	value: 'conversation',
	name: 'Conversation',
	operations: [addMessage, create, get, getMany, getMessages, getReport, getTimeline],
};
