import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { create } from './create';
import { remove } from './delete';
import { get } from './get';
import { getDeliveries } from './getDeliveries';
import { getMany } from './getMany';
import { test } from './sendTest';
import { update } from './update';

export const webhook: Resource<Session> = {
	value: 'webhook',
	name: 'Webhook',
	operations: [create, remove, get, getDeliveries, getMany, test, update],
};
