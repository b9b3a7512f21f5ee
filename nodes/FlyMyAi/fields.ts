import { byId, fromList } from '../shared/form/locator';
import { field, fields } from '../shared/form/parameters';
import { includeReportField } from '../shared/report/item';
import { startFields, waitFields } from '../shared/runs/follow';

/* The form fields that several operations of this node share. */

export const agentLocator = field({
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent to work with',
	modes: [fromList('searchAgents'), byId('e.g. 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35')],
});

export const runLocator = field({
	displayName: 'Run',
	name: 'run',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description: 'The run to work with; its ID is in the output of Run: Start',
	modes: [fromList('searchRuns'), byId('e.g. won-gsfr-mxp')],
});

export const toolLocator = field({
	displayName: 'Tool',
	name: 'tool',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The tool of your account to work with',
	modes: [fromList('searchTools'), byId('e.g. 7')],
});

export const callableToolLocator = field({
	...toolLocator,
	description: 'The tool of your account to call; the list holds those that can be called',
	modes: [fromList('searchCallableTools'), byId('e.g. 7')],
});

export const compilationLocator = field({
	displayName: 'Compilation',
	name: 'compilation',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The compiled or frozen run to work with',
	modes: [fromList('searchCompilations'), byId('e.g. cmp-gsfr-mxp')],
});

/** The options of every operation that waits for a run. */
export const runWaitFields = fields([includeReportField, ...waitFields]);

/** The same for operations that also started it. */
export const runStartFields = fields([startFields[0], ...runWaitFields]);

const inputsMapper = (resourceMapperMethod: string, dependsOn: string) =>
	field({
		displayName: 'Inputs',
		name: 'inputs',
		type: 'resourceMapper',
		displayOptions: { show: { specifyInputs: ['fields'] } },
		default: { mappingMode: 'defineBelow', value: null },
		description: "What the agent needs to know, drawn from the agent's own input schema",
		typeOptions: {
			loadOptionsDependsOn: [dependsOn],
			resourceMapper: {
				resourceMapperMethod,
				// Says which inputs are required, and keeps them in the form.
				mode: 'add',
				valuesLabel: 'Inputs',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				noFieldsError: 'This agent takes no inputs',
				supportAutoMap: false,
				hideNoDataError: true,
				showTypeConversionOptions: false,
			},
		},
	});

const specifyInputsField = field({
	displayName: 'Specify Inputs',
	name: 'specifyInputs',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Using Fields Below', value: 'fields', description: "Fill in the agent's own fields" },
		{
			name: 'Using JSON',
			value: 'json',
			description: 'Give all inputs as one JSON object, for example from an expression',
		},
	],
	default: 'fields',
	description: 'How to give the inputs of the agent',
});

const inputsJsonField = field({
	displayName: 'Inputs (JSON)',
	name: 'inputsJson',
	type: 'json',
	displayOptions: { show: { specifyInputs: ['json'] } },
	default: '{}',
	description: "The agent's inputs as one JSON object: a key for each input",
});

/** The inputs of the agent that is picked in the form. */
export const agentInputFields = fields([
	specifyInputsField,
	inputsMapper('getAgentInputs', 'agent.value'),
	inputsJsonField,
]);

/** The inputs of the agent behind the compilation that is picked in the form. */
export const instructionInputFields = fields([
	specifyInputsField,
	inputsMapper('getInstructionInputs', 'compilation.value'),
	inputsJsonField,
]);
