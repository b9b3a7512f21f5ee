import type { Resource } from '../../shared/operation';
import type { Session } from '../session';
import { admin } from './admin';
import { agent } from './agent';
import { run } from './run';
import { workflow } from './workflow';

/** Everything the PyFlue node can do. */
export const resources: Array<Resource<Session>> = [admin, agent, run, workflow];
