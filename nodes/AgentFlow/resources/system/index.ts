import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { health } from './health';
import { ready } from './ready';

export const system: Resource<Session> = {
	value: 'system',
	name: 'System',
	operations: [health, ready],
};
