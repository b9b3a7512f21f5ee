import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { toNodeError } from '../shared/errors';
import { settle } from '../shared/settle';
import { triggerSubtitleOf } from '../shared/form/subtitle';
import { webhookEventOptions } from './events';
import {
	isRegistered,
	receive,
	register,
	unregister,
	webhookTriggerFields,
} from './webhookTrigger';

/** Does the work, with errors as n8n shows them. */
async function answer<T>(context: IHookFunctions, work: () => Promise<T>): Promise<T> {
	const outcome = await settle(work);
	if ('error' in outcome) throw toNodeError(context.getNode(), outcome.error);
	return outcome.value;
}

export class FlowMaestroWebhookTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FlowMaestro Webhook Trigger',
		name: 'flowMaestroWebhookTrigger',
		icon: { light: 'file:flowMaestro.svg', dark: 'file:flowMaestro.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitleOf(webhookEventOptions),
		description: 'Starts the workflow when FlowMaestro sends a signed event',
		eventTriggerDescription: 'when FlowMaestro sends an event',
		defaults: { name: 'FlowMaestro Webhook Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'flowMaestroApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties: webhookTriggerFields,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await answer(this, async () => await isRegistered(this));
			},

			async create(this: IHookFunctions): Promise<boolean> {
				await answer(this, async () => await register(this));
				return true;
			},

			async delete(this: IHookFunctions): Promise<boolean> {
				await answer(this, async () => await unregister(this));
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const outcome = await settle(async () => receive(this));
		if ('error' in outcome) throw toNodeError(this.getNode(), outcome.error);
		return outcome.value;
	}
}
