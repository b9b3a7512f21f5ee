// A chat that shows what a run does while it does it.
import { expect, it } from '@jest/globals';
import type { INodeParameters, StructuredChunk } from 'n8n-workflow';
import { AGENTS } from '../../sandbox/flowmaestro/seed/agents.mts';
import { connect, flyMyAi, node, picked, save } from './canvas.mts';
import { WEB_RESEARCHER, client, sandbox, stage, useEditor } from './stage.mts';

const scene = useEditor();

/** Saves a workflow whose chat researches what it is told. */
async function saveChat(id: string, trigger: INodeParameters): Promise<void> {
	await save(
		id,
		[
			node('Chat', '@n8n/n8n-nodes-langchain.chatTrigger', trigger, {
				typeVersion: 1.3,
				webhookId: id,
			}),
			flyMyAi('Run', {
				resource: 'run',
				operation: 'start',
				agent: picked(WEB_RESEARCHER, 'Web Researcher'),
				specifyInputs: 'json',
				inputsJson: '={{ { topic: $json.chatInput } }}',
			}),
		],
		connect([['Chat', 'Run']]),
	);
}

interface Arrival {
	type: StructuredChunk['type'];
	content?: string;
	atMs: number;
}

/** Says something to the chat; answers what came back, and when. */
async function say(chatInput: string): Promise<Arrival[]> {
	const response = await fetch(`${stage.baseUrl}/webhook/tides-chat/chat`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ action: 'sendMessage', sessionId: 'session', chatInput }),
	});
	if (!response.ok || !response.body) throw new Error(`The chat answered ${response.status}`);
	const arrivals: Arrival[] = [];
	let rest = '';
	for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
		const lines = (rest + piece).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines.filter(Boolean)) {
			arrivals.push({ ...JSON.parse(line), atMs: Date.now() });
		}
	}
	return arrivals;
}

/** n8n answers an activation before the chat is open. */
async function opened(): Promise<void> {
	const chat = `${stage.baseUrl}/webhook/tides-chat/chat`;
	while ((await fetch(chat, { method: 'GET' })).status === 404) {
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

it('over the webhook, tool calls come as they happen, then the answer', async () => {
	await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, {
		pendingMs: 0,
		runningMs: 6000,
	});
	const options = { responseMode: 'streaming' };
	await saveChat('tides-chat', { public: true, mode: 'webhook', options });
	await client.activate('tides-chat');
	await opened();
	const arrivals = await say('Tides');
	await client.deactivate('tides-chat');

	expect(arrivals.map(({ type, content }) => [type, content])).toEqual([
		['begin', undefined],
		['item', expect.stringContaining('Called web_search.run')],
		['item', expect.stringMatching(/\*\*Summary\*\*\s+Tides in brief[^]*\*\*Sources\*\*/)],
		['end', undefined],
	]);
	// The call was told while the run still went on.
	expect(arrivals[2].atMs - arrivals[1].atMs).toBeGreaterThan(1000);
});

/** The first run that the sandbox was asked about. */
async function startedRun(): Promise<string> {
	const requests = await sandbox.requests();
	const [run] = requests.flatMap(({ path }) => /executions\/([^/?]+)\/?$/.exec(path)?.[1] ?? []);
	return run;
}

scene('in the editor, tool calls come as they happen, then the answer', async (editor) => {
	await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, {
		pendingMs: 0,
		runningMs: 0,
		outcome: 'never',
	});
	await saveChat('chat-panel', { options: { responseMode: 'streaming' } });
	await editor.openWorkflow('chat-panel');
	await editor.openChat();
	await editor.say('Solar power on farmland');
	const call = editor.chat.getByText('Called web_search.run');
	await call.waitFor();

	// The run goes on until it is told to end.
	await sandbox.post(`flymyai/runs/${await startedRun()}`, {
		status: 'completed',
		agent_result: {
			summary: 'Panels above crops share the light, and many crops lose little by it.',
			sources: ['https://www.example.com/agrivoltaics'],
		},
	});
	await editor.chat.getByText('Summary', { exact: true }).waitFor();
	await editor.chat.getByText('Panels above crops share the light').waitFor();
	expect(await editor.chat.locator('li').allInnerTexts()).toEqual([
		'https://www.example.com/agrivoltaics',
	]);
	expect(await call.isVisible()).toBe(true);
	await editor.dismissToast(/executed successfully/);
	await editor.picture('chat');
});

scene('a chat that does not stream shows text, and a hint says what to do', async (editor) => {
	const answering = async (result: unknown) =>
		await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, { runningMs: 0, result });
	await saveChat('plain-chat', {});
	await editor.openWorkflow('plain-chat');
	await editor.openChat();
	await answering('Tides come twice a day.');
	await editor.say('Tides');
	await editor.chat.getByText('Tides come twice a day.').waitFor();

	await answering({ summary: 'Tides come twice a day.', sources: [] });
	await editor.say('More on tides');
	const hint = /set it to Streaming in the trigger: Chat/;
	await editor.page.getByTestId('log-details').getByText(hint).first().waitFor();
});

scene('an answer that lies in another field than the chat shows is hinted at', async (editor) => {
	const flowMaestro = (name: string, x: number, parameters: INodeParameters) =>
		node(name, 'n8n-nodes-agent-platforms.flowMaestro', parameters, {
			position: [x, 0],
			credentials: { flowMaestroApi: stage.credentials.flowMaestroApi },
		});
	await save(
		'thread-chat',
		[
			node('Chat', '@n8n/n8n-nodes-langchain.chatTrigger', {}, { typeVersion: 1.3 }),
			flowMaestro('Begin', 300, {
				resource: 'agent',
				operation: 'createThread',
				agent: picked(AGENTS.listener, 'Listener'),
			}),
			flowMaestro('Say', 600, {
				resource: 'thread',
				operation: 'sendMessage',
				thread: '={{ $json.id }}',
				message: '={{ $("Chat").item.json.chatInput }}',
			}),
		],
		connect([
			['Chat', 'Begin'],
			['Begin', 'Say'],
		]),
	);
	await editor.openWorkflow('thread-chat');
	await editor.openChat();
	await editor.say('Hello');
	const hint = /set the field text to .* with an Edit Fields node behind this one/;
	await editor.page.getByTestId('log-details').getByText(hint).first().waitFor();
});
