import { agentflow } from './agentflow/index.mts';
import { flowmaestro } from './flowmaestro/index.mts';
import { flymyai } from './flymyai/index.mts';
import type { Platform } from './platform.mts';
import { pyflue } from './pyflue/index.mts';

/** Every platform the sandbox starts, in the order of their ports. */
export const platforms: Platform[] = [flymyai, flowmaestro, agentflow, pyflue];
