import type { Resource } from '../../shared/operation';
import type { Session } from '../session';
import { agent } from './agent';
import { execution } from './execution';
import { knowledgeBase } from './knowledgeBase';
import { thread } from './thread';
import { trigger } from './trigger';
import { webhook } from './webhook';
import { workflow } from './workflow';

/** Everything the FlowMaestro node can do. */
export const resources: Array<Resource<Session>> = [
	agent,
	execution,
	knowledgeBase,
	thread,
	trigger,
	webhook,
	workflow,
];
