import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { withNodeError } from '../errors';
import { settle } from '../settle';
import { pollerOf } from './poller';

type Items = INodeExecutionData[][] | null;

/** A poll of this package's triggers that has not been handed back to n8n yet. */
interface Poll {
	/** Ends when its work does; n8n is not told before the others of its workflow have ended, too. */
	handedBack: Promise<unknown>;
}

/** The polls of each workflow, by trigger. */
const polls = new Map<string, Map<string, Poll>>();
/** Those that are at work, by workflow. */
const atWork = new Map<string, Set<Promise<unknown>>>();

/**
 * Runs one tick of a polling trigger, in step with the other ticks of its workflow.
 *
 * n8n evaluates expressions, a credential's among them, in a context that all triggers of a workflow
 * share, and throws it away as soon as one of their ticks returns: the requests of the others then fail
 * ("No bridge acquired for this context"). So a tick that comes while the last one still works waits
 * for it, and no tick returns before those of the other triggers have done their work.
 *
 * @throws NodeApiError or NodeOperationError
 */
export async function pollInStep(
	context: IPollFunctions,
	work: () => Promise<Items>,
): Promise<Items> {
	const node = context.getNode();
	const poll = async () => await withNodeError(node, work);
	if (context.getMode() === 'manual') return await poll();
	const workflow = context.getWorkflow().id ?? '';
	const ofWorkflow = polls.get(workflow) ?? new Map<string, Poll>();
	const trigger = pollerOf(context);
	const last = ofWorkflow.get(trigger);
	if (last) {
		await settle(async () => await last.handedBack);
		return null;
	}
	polls.set(workflow, ofWorkflow);
	const handedBack = inStep(workflow, poll);
	ofWorkflow.set(trigger, { handedBack });
	try {
		return await handedBack;
	} finally {
		ofWorkflow.delete(trigger);
		if (ofWorkflow.size === 0) polls.delete(workflow);
	}
}

async function inStep(workflow: string, poll: () => Promise<Items>): Promise<Items> {
	const others = atWork.get(workflow) ?? new Set<Promise<unknown>>();
	atWork.set(workflow, others);
	const own = settle(poll);
	others.add(own);
	const outcome = await own;
	others.delete(own);
	// Each trigger works once before all return, so this ends.
	while (others.size > 0) await Promise.all(others);
	if (atWork.get(workflow) === others) atWork.delete(workflow);
	if ('error' in outcome) throw outcome.error;
	return outcome.value;
}
