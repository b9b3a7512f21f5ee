import { agentLocator } from '../../fields';
import { asItems } from '../../output';
import { promptPreviewSchema } from '../../schemas';
import { operation } from '../../session';
import { byName, fromList } from '../../../shared/form/locator';

export const preview = operation({
	value: 'preview',
	name: 'Preview',
	action: 'Preview a prompt block',
	description: 'See what an agent is told by a prompt block',
	parameters: [
		{
			displayName: 'Prompt Block',
			name: 'promptBlock',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: 'The prompt block to preview',
			modes: [fromList('searchPromptBlocks'), byName('e.g. house_style')],
		},
		agentLocator,
		{
			displayName: 'Body',
			name: 'body',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			description: 'A text to try in place of the one of the block',
		},
	],
	output: promptPreviewSchema,
	async execute({ promptBlock, agent, body }, { session }) {
		return asItems(
			await session.api.promptBlocks.preview(promptBlock, {
				agent_name: await session.agents.nameOf(agent),
				body: body || undefined,
			}),
		);
	},
});
