import type { Resource } from '../../shared/operation';
import type { Session } from '../session';
import { agent } from './agent';
import { apiOperation } from './apiOperation';
import { approval } from './approval';
import { artifact } from './artifact';
import { batch } from './batch';
import { completion } from './completion';
import { conversation } from './conversation';
import { knowledgeBase } from './knowledgeBase';
import { memory } from './memory';
import { model } from './model';
import { promptBlock } from './promptBlock';
import { subagent } from './subagent';
import { system } from './system';
import { tool } from './tool';

/** Everything the AgentFlow node can do. */
export const resources: Array<Resource<Session>> = [
	agent,
	apiOperation,
	approval,
	artifact,
	batch,
	completion,
	conversation,
	knowledgeBase,
	memory,
	model,
	promptBlock,
	subagent,
	system,
	tool,
];
