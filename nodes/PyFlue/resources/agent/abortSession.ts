import { abortedSchema } from '../../schemas';
import { operation } from '../../session';

export const abortSession = operation({
	value: 'abortSession',
	name: 'Abort Session',
	action: 'Abort a session',
	description: "Stop what a session of the server's default agent is doing",
	parameters: [
		{
			displayName:
				'This reaches sessions of the default agent (/prompt) only. A prompt to any other agent goes on, and the output says that nothing was aborted.',
			name: 'reachNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Session ID',
			name: 'sessionId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. customer-42',
			description: 'The ID under which the session was prompted',
		},
	],
	output: abortedSchema,
	async execute({ sessionId }, { session }) {
		return await session.api.sessions.abort(sessionId);
	},
});
