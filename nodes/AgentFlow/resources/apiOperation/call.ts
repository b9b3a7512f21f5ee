import { callFields, callOperation } from '../../../shared/openApi/call';
import { operation } from '../../session';

export const call = operation({
	value: 'call',
	name: 'Call',
	action: 'Call an operation of the API',
	description: 'Call anything that your own instance says it can do',
	parameters: callFields,
	async execute(values, { session, context, itemIndex }) {
		const { http, ending } = session;
		return await callOperation(http, values, { context, itemIndex, hints: ending.hints });
	},
});
