import { agentflow } from './agentflow/index.mts';
import { flowmaestro } from './flowmaestro/index.mts';
import { flymyai } from './flymyai/index.mts';
import type { Platform } from './platform.mts';
import { pyflue } from './pyflue/index.mts';

/**
 * Every platform the sandbox starts, in the order of their ports. Its key is its name in the line
 * that `main.mts` prints, and its folder here.
 */
export const platforms = { flymyai, flowmaestro, agentflow, pyflue } satisfies Record<
	string,
	Platform
>;

export type PlatformName = keyof typeof platforms;
