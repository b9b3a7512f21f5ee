// The example that mails a report, against a mail server of this machine.
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import axios from 'axios';
import type { INode } from 'n8n-workflow';
import { SMTPServer } from 'smtp-server';
import { loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { elementsOf, textOf } from '../support/html.mts';
import { startLocal, until } from './local.mts';
import type { Local } from './local.mts';

const FILE = 'mail-me-the-report-when-a-run-fails.json';

let local: Local;

beforeAll(async () => {
	local = await startLocal('report');
});

afterAll(async () => {
	await local?.stop();
});

/** A mail server that keeps what it gets. */
async function startMailServer() {
	const mails: string[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData(stream, _session, done) {
			void text(stream).then((mail) => {
				mails.push(mail);
				done();
			});
		},
	});
	const listener = server.listen(0, '127.0.0.1');
	await once(listener, 'listening');
	const address = listener.address();
	if (address === null || typeof address === 'string') throw new Error('No port');
	const stop = async () => await new Promise<void>((resolve) => server.close(() => resolve()));
	return { port: address.port, mails, stop };
}

/** The files of a mail, by name. */
function attachmentsOf(mail: string): Record<string, string> {
	const [, boundary] = /boundary="([^"]+)"/.exec(mail) ?? [];
	const parts = mail.split(`--${boundary}`).flatMap((part) => {
		const [, name] = /filename="?([^";\r\n]+)"?/.exec(part) ?? [];
		const [, ...body] = part.split('\r\n\r\n');
		return name ? [[name, Buffer.from(body.join(''), 'base64').toString('utf8')]] : [];
	});
	return Object.fromEntries(parts);
}

it('mails the report of a run that failed', async () => {
	const { client } = local.n8n;
	const { baseUrl, apiKey } = local.platforms.flymyai;
	const api = axios.create({
		baseURL: `${baseUrl}/api/v1/agents`,
		headers: { 'X-API-KEY': apiKey },
	});
	const mailServer = await startMailServer();
	try {
		const agents: Array<{ name: string; uuid: string }> = (await api.get('/tasks/')).data;
		const triage = agents.find(({ name }) => name === 'Support Triage');
		const variables = { message: 'fail: <b>no mailbox</b>' };
		const { id } = (await api.post(`/tasks/${triage?.uuid}/run-loop/`, { variables })).data;
		await until(async () => (await api.get(`/executions/${id}/`)).data.status === 'failed');

		const workflow = await loadExample(client, FILE, local.credentials);
		const smtp = await client.saveCredential({
			name: 'Mail',
			type: 'smtp',
			data: {
				host: '127.0.0.1',
				port: mailServer.port,
				secure: false,
				disableStartTls: true,
			} as never,
		});
		const nodes = workflow.nodes.map((node): INode => {
			if (node.type.endsWith('.emailSend')) {
				return { ...node, disabled: false, credentials: { smtp: { id: smtp, name: 'Mail' } } };
			}
			const { flyMyAiApi } = local.credentials;
			return node.credentials ? { ...node, credentials: { flyMyAiApi } } : node;
		});
		await client.saveWorkflow({ ...workflow, nodes });
		const execution = await client.finished(await client.run(workflow.id, triggerOf(workflow)));

		expect(execution.data.resultData.error).toBeUndefined();
		expect(mailServer.mails).toHaveLength(1);
		const [mail] = mailServer.mails;
		expect(mail).toContain(`Subject: Run ${id} of Support Triage failed`);
		const html = attachmentsOf(mail)[`run-${id}.html`];
		const { elements, errors } = elementsOf(html);
		expect(errors).toEqual([]);
		const reason = elements.find(({ attrs }) => attrs.some(({ value }) => value === 'reason'));
		expect(reason && textOf(reason)).toBe('Why it failed<b>no mailbox</b>');
		expect(html).toContain('<svg');
	} finally {
		await mailServer.stop();
	}
});
