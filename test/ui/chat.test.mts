// A chat that shows what a run does while it does it.
import { expect, it } from '@jest/globals';
import type { StructuredChunk } from 'n8n-workflow';
import { connect, flyMyAi, node, picked, save } from './canvas.mts';
import { WEB_RESEARCHER, client, sandbox, stage } from './stage.mts';

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

it('tool calls come as they happen, then the answer', async () => {
	await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, {
		pendingMs: 0,
		runningMs: 6000,
	});
	const trigger = { public: true, mode: 'webhook', options: { responseMode: 'streaming' } };
	await save(
		'chat',
		[
			node('Chat', '@n8n/n8n-nodes-langchain.chatTrigger', trigger, {
				typeVersion: 1.3,
				webhookId: 'tides-chat',
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
	await client.activate('chat');
	await opened();
	const arrivals = await say('Tides');
	await client.deactivate('chat');

	expect(arrivals.map(({ type, content }) => [type, content])).toEqual([
		['begin', undefined],
		['item', expect.stringContaining('Called web_search.run')],
		['item', expect.stringMatching(/\*\*Summary\*\*\s+Tides in brief[^]*\*\*Sources\*\*/)],
		['end', undefined],
	]);
	// The call was told while the run still went on.
	expect(arrivals[2].atMs - arrivals[1].atMs).toBeGreaterThan(1000);
});
