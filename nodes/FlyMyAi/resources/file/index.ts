import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { upload } from './upload';

export const file: Resource<Session> = {
	value: 'file',
	name: 'File',
	operations: [upload],
};
