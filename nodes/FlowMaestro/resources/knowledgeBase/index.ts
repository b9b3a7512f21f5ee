import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { get } from './get';
import { getMany } from './getMany';
import { query } from './query';

export const knowledgeBase: Resource<Session> = {
	value: 'knowledgeBase',
	name: 'Knowledge Base',
	operations: [get, getMany, query],
};
