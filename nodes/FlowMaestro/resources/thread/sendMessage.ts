import { chatWithoutStream } from '../../../shared/chat';
import { LONGEST_ANSWER_MS } from '../../api';
import { threadIdField } from '../../fields';
import { answerSchema, replyOutput } from '../../output';
import { operation } from '../../session';

const LONGEST_ANSWER_S = LONGEST_ANSWER_MS / 1000;

export const sendMessage = operation({
	value: 'sendMessage',
	name: 'Send Message',
	action: 'Send a message in a thread',
	description:
		'Say something to an agent and wait for its answer, which may take two minutes (scopes agents:execute, threads:write)',
	parameters: [
		threadIdField,
		{
			displayName: 'Message',
			name: 'message',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. What does express shipping cost?',
			description: 'What to say to the agent',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Answer Within (Seconds)',
					name: 'answerWithin',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: LONGEST_ANSWER_S },
					default: LONGEST_ANSWER_S,
					description:
						'How long to wait for the answer, up to 120 seconds. The agent goes on after that, and its answer appears in the thread.',
				},
				{
					displayName: 'Parallel Messages',
					name: 'parallelMessages',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 1,
					description:
						'How many messages may wait for their answer at once when the node gets several items; more than 1 suits items of different threads',
				},
			],
		},
	],
	output: answerSchema,
	parallel: ({ options }) => options.parallelMessages ?? 1,
	async execute({ thread, message, options }, { session, context }) {
		const limitMs = (options.answerWithin ?? LONGEST_ANSWER_S) * 1000;
		const reply = replyOutput(await session.api.threads.send(thread, message, limitMs));
		const trigger = chatWithoutStream(context);
		if (trigger) {
			session.hints.add(
				'The chat does not show the field answer. To show it there, set the field text to {{ $json.answer }} with an Edit Fields node behind this one. Chat',
				trigger.name,
			);
		}
		return reply;
	},
});
