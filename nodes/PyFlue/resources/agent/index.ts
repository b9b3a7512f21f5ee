import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { abortSession } from './abortSession';
import { call } from './call';
import { dispatch } from './dispatch';
import { getMany } from './getMany';
import { prompt } from './prompt';

export const agent: Resource<Session> = {
	value: 'agent',
	name: 'Agent',
	operations: [prompt, call, dispatch, getMany, abortSession],
};
