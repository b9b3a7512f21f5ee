import type {
	IDataObject,
	IHookFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { z } from 'zod';
import { hasStatus, PlatformError } from '../shared/errors';
import { Http } from '../shared/http/http';
import { noteOn, parseAnswer } from '../shared/http/notNumbers';
import { defined } from '../shared/json';
import { take } from '../shared/list';
import { settle } from '../shared/settle';
import { fields, readNodeParameters } from '../shared/form/parameters';
import { FlowMaestroApi } from './api';
import { webhookEventOptions } from './events';
import { platform } from './platform';
import type { Webhook } from './schemas';
import { isSigned } from './signature';

/** The form of the webhook trigger. */
export const webhookTriggerFields = fields([
	{
		displayName:
			'FlowMaestro registers this webhook, but, as far as known, sends it nothing except the test event of Webhook: Test. To hear of executions that end, use the <b>FlowMaestro Trigger</b>, which looks for them itself.',
		name: 'deliveryNotice',
		type: 'notice',
		default: '',
	},
	webhookEventOptions,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Ignore Test Events',
				name: 'ignoreTests',
				type: 'boolean',
				default: false,
				description:
					'Whether the test event of Webhook: Test is received without starting the workflow',
			},
		],
	},
]);

/** What is kept in the node's static data; nothing else ever holds the secret. */
interface Kept {
	webhookId?: string;
	secret?: string;
	/** Ids of the last deliveries, to know repeated ones. */
	received?: string[];
}

/** Deliveries remembered: a repetition comes within 31 minutes (contract 5). */
const REMEMBERED = 500;
/**
 * The same, by webhook: n8n reads static data before a delivery and stores it after its answer, so
 * that one that is repeated at once is handed what was there before the first.
 */
const lately = new Map<string, string[]>();
const LONGEST_NAME = 255;
const SIGNATURE = 'x-flowmaestro-signature';

const deliverySchema = z
	.object({ id: z.string().min(1), event: z.string(), data: z.record(z.unknown()) })
	.passthrough();

const keptBy = (context: IHookFunctions | IWebhookFunctions): Kept =>
	context.getWorkflowStaticData('node');

const connect = async (context: IHookFunctions): Promise<FlowMaestroApi> =>
	new FlowMaestroApi(await Http.connect(context, platform));

function addressOf(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw new PlatformError('n8n gives this node no webhook address', {
		fix: 'Check the webhook URL in the settings of n8n.',
	});
}

const sameEvents = (webhook: Webhook, events: string[]): boolean =>
	[...webhook.events].sort().join() === [...events].sort().join();

/**
 * Whether the webhook is registered and its secret known; one that differs from the form in its
 * events, or was switched off, is put right.
 *
 * @throws PlatformError when FlowMaestro cannot tell
 */
export async function isRegistered(context: IHookFunctions): Promise<boolean> {
	const { webhookId, secret } = keptBy(context);
	if (!webhookId || !secret) return false;
	const api = await connect(context);
	const looked = await settle(async () => await api.webhooks.get(webhookId));
	if ('error' in looked) {
		if (hasStatus(looked.error, 404)) return false;
		throw looked.error;
	}
	const { events } = readNodeParameters(context, webhookTriggerFields);
	const webhook = looked.value;
	if (webhook.url !== addressOf(context)) return false;
	if (webhook.is_active === false || !sameEvents(webhook, events)) {
		await api.webhooks.update(webhookId, { events, is_active: true });
	}
	return true;
}

/**
 * Registers the webhook and keeps its secret. What an earlier activation left at the same address
 * is removed: its secret is lost, so that no delivery of it could be verified.
 */
export async function register(context: IHookFunctions): Promise<void> {
	const { events } = readNodeParameters(context, webhookTriggerFields);
	const api = await connect(context);
	const kept = keptBy(context);
	const url = addressOf(context);
	// By address alone: what was kept may have come along with a copy of another n8n's workflow.
	await removeAt(api, url);
	const name = `n8n: ${context.getWorkflow().name ?? ''} (${context.getNode().name})`;
	const created = await api.webhooks.create({ name: name.slice(0, LONGEST_NAME), url, events });
	kept.webhookId = created.id;
	kept.secret = created.secret;
}

/** Removes the webhook; that it is gone already is as good. */
export async function unregister(context: IHookFunctions): Promise<void> {
	const kept = keptBy(context);
	if (kept.webhookId) {
		await remove(await connect(context), kept.webhookId);
		lately.delete(kept.webhookId);
	} else {
		await removeUnknown(context);
	}
	delete kept.webhookId;
	delete kept.secret;
}

/**
 * n8n keeps nothing of an activation that failed at another node: the address tells what is left of
 * it. That this fails is only logged, because n8n would take the webhook for registered after an
 * error; the next activation removes it.
 */
async function removeUnknown(context: IHookFunctions): Promise<void> {
	const removed = await settle(
		async () => await removeAt(await connect(context), addressOf(context)),
	);
	if ('value' in removed) return;
	context.logger.warn(`FlowMaestro may have kept the webhook: ${String(removed.error)}`);
}

/** Lists to the end before it removes any, because that shifts the pages behind it. */
async function removeAt(api: FlowMaestroApi, url: string): Promise<void> {
	const left = await take(api.webhooks.list(), Infinity, (webhook) => webhook.url === url);
	for (const { id } of left) await remove(api, id);
}

async function remove(api: FlowMaestroApi, id: string): Promise<void> {
	const removed = await settle(async () => await api.webhooks.delete(id));
	if ('error' in removed && !hasStatus(removed.error, 404)) throw removed.error;
}

/**
 * Answers with a status and nothing else. Done here and not by n8n, which keeps static data only
 * when the answer was sent before the workflow starts.
 */
function answer(context: IWebhookFunctions, status: number): IWebhookResponseData {
	context.getResponseObject().status(status).end();
	return { noWebhookResponse: true };
}

/**
 * Takes one delivery: verified over its raw body, and its event read from the body, because headers
 * are not signed and the test event has none (contract 5). A repeated one is received and dropped.
 */
export function receive(context: IWebhookFunctions): IWebhookResponseData {
	const kept = keptBy(context);
	const { rawBody } = context.getRequestObject();
	const signature = context.getHeaderData()[SIGNATURE];
	if (!kept.secret || !rawBody || !isSigned(rawBody, signature, kept.secret)) {
		return answer(context, 401);
	}
	const parsed = parseAnswer(rawBody.toString('utf8'));
	const checked = deliverySchema.safeParse(parsed.ok ? parsed.value : undefined);
	if (!checked.success) {
		context.logger.warn('A delivery of FlowMaestro does not have the expected form');
		return answer(context, 400);
	}
	const { id, event } = checked.data;
	const note = parsed.ok ? noteOn(parsed.nulled) : undefined;
	const { events, options } = readNodeParameters(context, webhookTriggerFields);
	const wanted =
		event === 'test' ? !options.ignoreTests : events.some((chosen) => chosen === event);
	const webhook = String(kept.webhookId);
	const received = [...new Set([...(kept.received ?? []), ...(lately.get(webhook) ?? [])])];
	if (!wanted || received.includes(id)) return answer(context, 200);
	kept.received = [...received, id].slice(-REMEMBERED);
	lately.set(webhook, kept.received);
	return {
		...answer(context, 200),
		workflowData: [[{ json: { ...checked.data, ...defined({ note }) } as unknown as IDataObject }]],
	};
}
