import type { IDataObject } from 'n8n-workflow';
import { withUndrawn } from '../../../shared/form/mapper';
import { settle } from '../../../shared/settle';
import { PlatformError } from '../../../shared/errors';
import type { Json } from '../../../shared/json';
import { hintAtNextStep, stepFields } from '../../configuration';
import { toolLocator } from '../../fields';
import { toolOutput, refuseMasks } from '../../output';
import { toolSchema, type Tool } from '../../schemas';
import { operation, type Session } from '../../session';
import { secretsNotice, showConfigurationField } from './fields';

/** What was filled in. A value that the stored form does not have may belong to the current step. */
const answerOf = async (
	answer: IDataObject | undefined,
	id: string,
	{ api, hints }: Session,
): Promise<Json> =>
	await withUndrawn(
		answer,
		{
			otherwise: "The tool's current step asks for no such values",
			fields: async () => stepFields(await api.tools.get(id)).fields,
		},
		hints,
	);

const isDone = (tool: Tool): boolean =>
	tool.is_configured === true && !tool.next_configuration_step;

/** Says which of several answers was not accepted, and that those before it were. */
function atAnswer(error: unknown, index: number, count: number): unknown {
	if (count === 1 || !(error instanceof PlatformError)) return error;
	const done = index > 0 ? ' The answers before it were accepted: leave them out next time.' : '';
	return new PlatformError(`${error.message} (answer ${index + 1} of ${count})`, {
		...error.details,
		fix: `${error.details.fix ?? ''}${done}`,
	});
}

export const configure = operation({
	value: 'configure',
	name: 'Configure',
	action: 'Configure a tool',
	description:
		'Answer the next configuration steps of a tool. The output holds what the step after them wants, and the redirect URL of a tool that needs a login.',
	parameters: [
		toolLocator,
		{
			displayName: 'Specify Answer',
			name: 'specifyAnswer',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Using Fields Below',
					value: 'fields',
					description: 'Fill in what the current step asks for',
				},
				{
					name: 'Using JSON',
					value: 'json',
					description: 'Give the answer of the current step, or a list with one answer a step',
				},
			],
			default: 'fields',
			description: 'How to answer',
		},
		secretsNotice,
		{
			displayName: 'Answer',
			name: 'answer',
			type: 'resourceMapper',
			displayOptions: { show: { specifyAnswer: ['fields'] } },
			typeOptions: {
				loadOptionsDependsOn: ['tool.value'],
				resourceMapper: {
					resourceMapperMethod: 'getConfigurationStep',
					mode: 'add',
					fieldWords: { singular: 'value', plural: 'values' },
					addAllFields: true,
					supportAutoMap: false,
					hideNoDataError: true,
					valuesLabel: 'Answer',
					// The step changes when its login is done or its values are sent.
					refreshStaleSchemaOnOpen: true,
				},
			},
			default: { mappingMode: 'defineBelow', value: null },
			description: "What the tool's current configuration step asks for",
		},
		{
			displayName: 'Answers (JSON)',
			name: 'answers',
			type: 'json',
			displayOptions: { show: { specifyAnswer: ['json'] } },
			default: '{}',
			description:
				'The answer of the current step as JSON. A list holds one answer for each of the next steps.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				showConfigurationField,
				{
					displayName: 'Text Answer',
					name: 'textAnswer',
					type: 'string',
					default: '',
					placeholder: 'e.g. paired',
					description:
						'The answer to a step that asks for no fields: what its command printed, or the code that its login gave',
				},
			],
		},
	],
	output: toolSchema,
	async execute({ tool: id, specifyAnswer, answer, answers, options }, { session }) {
		const given =
			specifyAnswer === 'fields'
				? [options.textAnswer || (await answerOf(answer, id, session))]
				: Array.isArray(answers)
					? answers
					: [answers ?? {}];
		let tool: Tool | undefined;
		for (const [index, reply] of given.entries()) {
			if (tool && isDone(tool)) {
				throw new PlatformError(
					`The tool is configured after ${index} of the ${given.length} answers`,
					{
						fix: 'Leave out the answers that are not needed. The configuration itself is complete.',
					},
				);
			}
			refuseMasks(reply);
			const answered = await settle(async () => await session.api.tools.provideConfig(id, reply));
			if ('error' in answered) throw atAnswer(answered.error, index, given.length);
			tool = answered.value;
		}
		tool ??= await session.api.tools.get(id);
		hintAtNextStep(tool, session.hints);
		return toolOutput(tool, options.showConfiguration ?? false);
	},
});
