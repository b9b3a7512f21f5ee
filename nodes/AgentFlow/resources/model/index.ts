import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { getMany } from './getMany';

export const model: Resource<Session> = { value: 'model', name: 'Model', operations: [getMany] };
