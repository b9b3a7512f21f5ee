// The webhook trigger as n8n runs it: its hooks in n8n-core's own contexts, and a server that hands
// each request to it as n8n's does.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HookContext, WebhookContext } from 'n8n-core';
import type {
	IDataObject,
	INodeParameters,
	IWebhookData,
	IWebhookDescription,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { FlowMaestroWebhookTrigger } from '../../../nodes/FlowMaestro/FlowMaestroWebhookTrigger.node.ts';
import { StoredCredentialsHelper } from '../../support/credentials.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { createAdditionalData, createWorkflow } from '../../support/workflow.mts';

type Hook = 'checkExists' | 'create' | 'delete';

/** An active workflow that begins with the trigger. */
export class ActiveTrigger {
	/** The items it started the workflow with, oldest first. */
	readonly started: IDataObject[] = [];
	/** Whether n8n stores what a delivery has left before the next one comes. */
	stores = true;
	readonly #node = new FlowMaestroWebhookTrigger();
	readonly #additionalData: IWorkflowExecuteAdditionalData;
	readonly #server: Server;
	readonly #canvas: ReturnType<typeof createWorkflow>;

	private constructor(server: Server, parameters: INodeParameters, store: CredentialStore) {
		this.#server = server;
		const details = { id: 'flowMaestroApi', name: 'flowMaestroApi' };
		this.#canvas = createWorkflow(
			{ node: this.#node, parameters },
			{ credentials: { flowMaestroApi: details } },
		);
		this.#canvas.node.webhookId = 'the-webhook';
		const { port } = server.address() as AddressInfo;
		this.#additionalData = {
			...createAdditionalData(new StoredCredentialsHelper(store)),
			webhookBaseUrl: `http://127.0.0.1:${port}`,
		};
		server.on('request', (request, response) => void this.#serve(request, response));
	}

	static async listen(parameters: INodeParameters, store: CredentialStore): Promise<ActiveTrigger> {
		const server = createServer();
		await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
		return new ActiveTrigger(server, parameters, store);
	}

	/** What the node keeps from one call to the next. */
	get kept(): IDataObject {
		return this.#canvas.workflow.getStaticData('node', this.#canvas.node);
	}

	/** What n8n does on activation. */
	async activate(): Promise<void> {
		if (!(await this.hook('checkExists'))) await this.hook('create');
	}

	async hook(name: Hook): Promise<boolean> {
		const context = new HookContext(
			this.#canvas.workflow,
			this.#canvas.node,
			this.#additionalData,
			'trigger',
			'activate',
			this.#webhookData(),
		);
		return await this.#node.webhookMethods.default[name].call(context);
	}

	/** The address that FlowMaestro is given. */
	get url(): string {
		return `${this.#additionalData.webhookBaseUrl}/the-webhook/webhook`;
	}

	change(parameters: INodeParameters): void {
		Object.assign(this.#canvas.node.parameters, parameters);
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	#webhookData(): IWebhookData {
		const { webhooks = [] } = this.#node.description;
		return {
			httpMethod: 'POST',
			node: this.#canvas.node.name,
			path: 'the-webhook/webhook',
			webhookDescription: webhooks[0] as IWebhookDescription,
			workflowId: this.#canvas.workflow.id,
			workflowExecuteAdditionalData: this.#additionalData,
		};
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		Object.assign(request, { rawBody: Buffer.concat(chunks) });
		// n8n's response object is Express's.
		Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
		});
		const context = new WebhookContext(
			this.#canvas.workflow,
			this.#canvas.node,
			Object.assign({ ...this.#additionalData }, { httpRequest: request, httpResponse: response }),
			'webhook',
			this.#webhookData(),
			[],
			null,
		);
		const { received } = this.kept;
		const answer = await this.#node.webhook.call(context);
		if (!this.stores) this.kept.received = received;
		this.started.push(...(answer.workflowData?.[0] ?? []).map(({ json }) => json));
		if (!answer.noWebhookResponse) response.end(JSON.stringify(answer.webhookResponse ?? {}));
	}
}
