import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Json } from '../shared/json';
import type { Hints } from '../shared/hints';
import { byId, fromList } from '../shared/form/locator';
import { withUndrawn, type Current } from '../shared/form/mapper';
import { field, fields, objectOf, type Values } from '../shared/form/parameters';
import { includeReportField } from '../shared/report/item';
import { pauseField, startFields, waitFields } from '../shared/runs/follow';

/* The form fields that several operations of this node share. */

const UUID_EXAMPLE = 'e.g. 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35';

export const workflowLocator = field({
	displayName: 'Workflow',
	name: 'workflow',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The workflow of FlowMaestro to work with',
	modes: [fromList('searchWorkflows'), byId(UUID_EXAMPLE)],
});

export const agentLocator = field({
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent to work with',
	modes: [fromList('searchAgents'), byId(UUID_EXAMPLE)],
});

export const triggerLocator = field({
	displayName: 'Trigger',
	name: 'trigger',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The trigger of a FlowMaestro workflow to work with',
	modes: [fromList('searchTriggers'), byId(UUID_EXAMPLE)],
});

export const knowledgeBaseLocator = field({
	displayName: 'Knowledge Base',
	name: 'knowledgeBase',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The knowledge base to work with',
	modes: [fromList('searchKnowledgeBases'), byId(UUID_EXAMPLE)],
});

export const webhookLocator = field({
	displayName: 'Webhook',
	name: 'webhook',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The webhook to work with',
	modes: [fromList('searchWebhooks'), byId(UUID_EXAMPLE)],
});

/** FlowMaestro cannot list the executions of all workflows, so there is nothing to pick from. */
export const executionIdField = field({
	displayName: 'Execution ID',
	name: 'execution',
	type: 'string',
	default: '',
	required: true,
	placeholder: UUID_EXAMPLE,
	description: 'The execution to work with; its ID is in the output of Workflow: Execute',
});

/** FlowMaestro has no list of threads. */
export const threadIdField = field({
	displayName: 'Thread ID',
	name: 'thread',
	type: 'string',
	default: '',
	required: true,
	placeholder: UUID_EXAMPLE,
	description: 'The thread to work with; its ID is in the output of Agent: Create Thread',
});

export const userIdField = field({
	displayName: 'User ID',
	name: 'user',
	type: 'string',
	default: '',
	required: true,
	placeholder: UUID_EXAMPLE,
	description: 'The user of FlowMaestro whose memory it is; Agent: Get Many Memories shows it',
});

/**
 * The inputs that the workflow's own schema describes, as FlowMaestro's SDKs have it (contract 7). The
 * known backend has no schema and does not tell their names (contract 0.10): the notice says what it
 * does tell, as a help with the names that are typed in.
 */
const describedInputs = (resourceMapperMethod: string, dependsOn: string) =>
	field({
		displayName: 'Inputs of the Workflow',
		name: 'workflowInputs',
		type: 'resourceMapper',
		displayOptions: { show: { specifyInputs: ['fields'] } },
		default: { mappingMode: 'defineBelow', value: null },
		description: "The workflow's own inputs, as far as FlowMaestro describes them",
		typeOptions: {
			loadOptionsDependsOn: [dependsOn],
			resourceMapper: {
				resourceMapperMethod,
				mode: 'add',
				valuesLabel: 'Inputs of the Workflow',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				supportAutoMap: false,
				hideNoDataError: true,
				showTypeConversionOptions: false,
			},
		},
	});

/** The inputs of an execution; only the workflow's author knows their names (contract 0.10). */
const namedInputFields = fields([
	{
		displayName: 'Specify Inputs',
		name: 'specifyInputs',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Using Fields Below', value: 'fields', description: 'Add each input by its name' },
			{
				name: 'Using JSON',
				value: 'json',
				description: 'Give all inputs as one JSON object, for example from an expression',
			},
		],
		default: 'fields',
		description: 'How to give the inputs of the workflow',
	},
	{
		displayName: 'Inputs',
		name: 'inputs',
		type: 'assignmentCollection',
		displayOptions: { show: { specifyInputs: ['fields'] } },
		default: {},
		description:
			'Inputs by name, beside those above. The name is the Input Name of an input node in the editor of FlowMaestro.',
	},
	{
		displayName: 'Inputs (JSON)',
		name: 'inputsJson',
		type: 'json',
		displayOptions: { show: { specifyInputs: ['json'] } },
		default: '{}',
		description: 'The inputs of the workflow as one JSON object: a key for each Input Name',
	},
]);

const [specifyInputs, ...namedInputs] = namedInputFields;

/** The inputs of the workflow that is picked in the form. */
export const workflowInputFields = fields([
	specifyInputs,
	describedInputs('getWorkflowInputs', 'workflow.value'),
	...namedInputs,
]);

/** The inputs of the workflow behind the trigger that is picked in the form. */
export const triggerInputFields = fields([
	specifyInputs,
	describedInputs('getTriggerInputs', 'trigger.value'),
	...namedInputs,
]);

/**
 * The inputs as the user gave them, by fields or by JSON.
 *
 * @throws PlatformError when the JSON is no object, which FlowMaestro would store and then fail to
 *   list for ever (contract 0.6)
 */
export async function inputsOf(
	{ specifyInputs, workflowInputs, inputs, inputsJson }: Values<typeof workflowInputFields>,
	current: Current,
	hints: Hints,
): Promise<{ [key: string]: Json }> {
	if (specifyInputs === 'json') return objectOf(inputsJson, 'Inputs (JSON)');
	const described = await withUndrawn(workflowInputs, current, hints);
	return { ...described, ...((inputs ?? {}) as { [key: string]: Json }) };
}

/** What FlowMaestro calls a run, wherever the form says so. The names that workflows store stay. */
const inItsWords = (text: string): string =>
	text
		.replace(/\ba run\b/g, 'an execution')
		.replace(/\brun(s?)\b/g, 'execution$1')
		.replace(/\bRun(s?)\b/g, 'Execution$1');

function ofExecutions<P extends INodeProperties[]>(properties: [...P]): P {
	const named = properties.map((property) => ({
		...property,
		displayName: inItsWords(property.displayName),
		description: inItsWords(property.description ?? ''),
		...(property.type === 'options' && {
			options: (property.options as INodePropertyOptions[]).map((option) => ({
				...option,
				name: inItsWords(option.name),
				description: inItsWords(option.description ?? ''),
			})),
		}),
	}));
	return named.sort((a, b) => a.displayName.localeCompare(b.displayName)) as P;
}

/** The options of an operation that waits for an execution. */
export const executionWaitFields = ofExecutions([includeReportField, pauseField, ...waitFields]);

/** The same for operations that also started it. */
export const executionStartFields = ofExecutions([includeReportField, pauseField, ...startFields]);
