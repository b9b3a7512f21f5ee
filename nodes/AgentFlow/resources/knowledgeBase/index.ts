import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { addDocuments } from './addDocuments';
import { create } from './create';
import { get } from './get';
import { getMany } from './getMany';
import { search } from './search';

export const knowledgeBase: Resource<Session> = {
	value: 'knowledgeBase',
	name: 'Knowledge Base',
	operations: [addDocuments, create, get, getMany, search],
};
