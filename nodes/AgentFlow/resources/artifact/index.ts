import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { get } from './get';
import { getMany } from './getMany';
import { getTypes } from './getTypes';
import { updateState } from './updateState';

export const artifact: Resource<Session> = {
	value: 'artifact',
	name: 'Artifact',
	operations: [get, getMany, getTypes, updateState],
};
