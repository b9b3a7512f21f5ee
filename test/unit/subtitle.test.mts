// Subtitles as n8n's editor works them out for nodes on the canvas.
import { expect, test } from '@jest/globals';
import { Workflow } from 'n8n-workflow';
import type { INodeParameters, INodeType } from 'n8n-workflow';
import { AgentFlowTrigger } from '../../nodes/AgentFlow/AgentFlowTrigger.node.ts';
import { FlowMaestroTrigger } from '../../nodes/FlowMaestro/FlowMaestroTrigger.node.ts';
import { FlowMaestroWebhookTrigger } from '../../nodes/FlowMaestro/FlowMaestroWebhookTrigger.node.ts';
import { FlyMyAi } from '../../nodes/FlyMyAi/FlyMyAi.node.ts';
import { FlyMyAiTrigger } from '../../nodes/FlyMyAi/FlyMyAiTrigger.node.ts';
import { PyFlueTrigger } from '../../nodes/PyFlue/PyFlueTrigger.node.ts';
import { createNode, nodeTypesOf } from '../support/workflow.mts';

const picked = (name: string) => ({
	__rl: true as const,
	mode: 'list' as const,
	value: 'id',
	cachedResultName: name,
});
const byId = { __rl: true as const, mode: 'id' as const, value: 'id' };

function subtitleOf(type: INodeType, parameters: INodeParameters) {
	const node = createNode({ name: 'Node', type: 'node', parameters });
	const nodeTypes = nodeTypesOf({ node: type });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { subtitle } = type.description;
	return workflow.expression.getSimpleParameterValue(workflow.nodes.Node, subtitle, 'internal', {});
}

const start = { resource: 'run', operation: 'start' };
const fromData = '={{ $json.op }}';

test.each([
	['the action', start, 'Start a run of an agent'],
	['the action, by an id', { ...start, agent: byId }, 'Start a run of an agent'],
	['what was picked', { ...start, agent: picked('Tom "T"') }, 'Start: Tom "T"'],
	['the resource', { ...start, operation: fromData }, 'Run'],
	['that it depends', { resource: fromData, operation: fromData }, 'By expression'],
])('an action node shows %s', (_, parameters, subtitle) => {
	expect(subtitleOf(new FlyMyAi(), parameters)).toBe(subtitle);
});

test.each([
	[new FlyMyAiTrigger(), {}, 'On run completed'],
	[new FlyMyAiTrigger(), { events: ['failed', 'cancelled'] }, 'On run failed, run cancelled'],
	[
		new FlyMyAiTrigger(),
		{ agents: { agent: [{ agent: picked('Writer') }, { agent: picked('Editor') }] } },
		'Writer, Editor: run completed',
	],
	[
		new FlyMyAiTrigger(),
		{ events: fromData, agents: { agent: [{ agent: picked('Writer') }] } },
		'Writer',
	],
	[
		new FlowMaestroTrigger(),
		{ events: ['paused'], workflows: { workflow: [{ workflow: picked('Invoices') }] } },
		'Invoices: execution paused',
	],
	[new FlyMyAiTrigger(), { events: fromData }, 'By expression'],
	[new FlowMaestroWebhookTrigger(), {}, 'On execution completed'],
	[
		new FlowMaestroWebhookTrigger(),
		{ events: ['agent.execution.started'] },
		'On agent execution started',
	],
	[new PyFlueTrigger(), { names: { entry: [{ name: picked('daily') }] } }, 'daily: run completed'],
	[new AgentFlowTrigger(), {}, 'On approval requested'],
	[
		new AgentFlowTrigger(),
		{ event: 'agentAnswered', answerFilters: { agent: picked('MainAgent') } },
		'MainAgent: agent answered',
	],
])('%# a trigger shows what it waits for', (trigger, parameters, subtitle) => {
	expect(subtitleOf(trigger, parameters)).toBe(subtitle);
});
