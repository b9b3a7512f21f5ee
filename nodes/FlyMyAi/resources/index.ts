import type { Resource } from '../../shared/operation';
import type { Session } from '../session';
import { agent } from './agent';
import { compilation } from './compilation';
import { file } from './file';
import { run } from './run';
import { tool } from './tool';

/** Everything the FlyMyAI node can do. */
export const resources: Array<Resource<Session>> = [agent, compilation, file, run, tool];
