import { PlatformError } from '../../shared/errors';
import { fields, type Values } from '../../shared/form/parameters';
import type { AgentFlowApi } from '../api';
import { conversationLocator } from '../fields';
import { inUtc } from '../times';
import { sleep } from '../../shared/timer';

/** Which conversation a message belongs to. */
export const conversationFields = fields([
	{
		displayName: 'Conversation',
		name: 'conversationMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Existing', value: 'existing', description: 'Go on with one that is picked below' },
			{ name: 'New', value: 'new', description: 'Begin a new one for every item' },
			{
				name: 'One per Value',
				value: 'perValue',
				description:
					"A value such as a customer's ID names the conversation, which goes on over executions",
			},
		],
		default: 'new',
		description: 'What the agent remembers while it answers',
	},
	{
		...conversationLocator,
		displayOptions: { show: { conversationMode: ['existing'] } },
	},
	{
		displayName: 'Conversation Name',
		name: 'conversationName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { conversationMode: ['perValue'] } },
		placeholder: 'e.g. {{ $json.customerId }}',
		description:
			"The title of the agent's conversation; the first message with a new value begins it",
	},
]);

/** The conversations of one execution: each found or begun once, each used by one item at a time. */
export class Conversations {
	private readonly named = new Map<string, Promise<string>>();
	private readonly busy = new Map<string, Promise<unknown>>();

	constructor(private readonly api: AgentFlowApi) {}

	/**
	 * The id of the conversation that the user chose.
	 *
	 * @throws PlatformError when none is picked or named
	 */
	async choose(agentId: string, values: Values<typeof conversationFields>): Promise<string> {
		const { conversationMode, conversation, conversationName } = values;
		if (conversationMode === 'new') return (await this.api.conversations.create(agentId)).id;
		if (conversationMode === 'perValue') {
			return await this.ofName(agentId, (conversationName ?? '').trim());
		}
		if (conversation) return conversation;
		throw new PlatformError('No conversation is picked', {
			fix: "Pick one under 'Conversation', or begin a new one.",
		});
	}

	/** Does something in a conversation when what was begun in it before has ended. */
	async inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
		const before = this.busy.get(id) ?? Promise.resolve();
		const turn = before.then(work, async () => {
			// The execution hears of the failure first, and may end all that waits here.
			await sleep(0);
			return await work();
		});
		this.busy.set(id, turn);
		return await turn;
	}

	private async ofName(agentId: string, name: string): Promise<string> {
		const key = `${agentId} ${name}`;
		const known = this.named.get(key) ?? this.findOrBegin(agentId, name);
		this.named.set(key, known);
		// What could not be begun may have been all the same: the next item looks anew.
		known.catch(() => this.named.delete(key));
		return await known;
	}

	/** The oldest one of the name, so that two that were begun at once grow into one. */
	private async findOrBegin(agentId: string, name: string): Promise<string> {
		let oldest: { id: string; begun: number } | undefined;
		for await (const row of this.api.conversations.list({ agent_id: agentId })) {
			if (row.title !== name || (row.agent_id && row.agent_id !== agentId)) continue;
			const begun = Date.parse(inUtc(row.created_at) ?? '') || 0;
			if (!oldest || begun < oldest.begun) oldest = { id: row.id, begun };
		}
		return oldest?.id ?? (await this.api.conversations.create(agentId, name)).id;
	}
}
