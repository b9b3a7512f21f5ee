import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { classify } from './classify';
import { custom } from './custom';
import { enrich } from './enrich';
import { extract } from './extract';
import { summarize } from './summarize';

export const completion: Resource<Session> = {
	value: 'completion',
	name: 'Completion',
	operations: [classify, custom, enrich, extract, summarize],
};
