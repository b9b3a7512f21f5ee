import type { ResourceMapperFields } from 'n8n-workflow';
import { PlatformError } from '../shared/errors';
import { mapperFields, placeholderFields } from '../shared/form/jsonSchema';
import { withUndrawn } from '../shared/form/mapper';
import { objectOf, type Values } from '../shared/form/parameters';
import type { Json } from '../shared/json';
import { hasInputSchema, whatIsMissing } from './advice';
import type { FlyMyAiApi } from './api';
import type { agentInputFields } from './fields';
import type { Agent } from './schemas';
import type { Session } from './session';

/* What an agent needs to know: the form of it, and what was filled in. */

/** Fields for an agent's inputs: from its schema, or from its goal's placeholders. */
export function inputFields(agent: Agent): ResourceMapperFields {
	const drawn = hasInputSchema(agent)
		? mapperFields(agent.input_schema)
		: placeholderFields(agent.user_prompt ?? '');
	const missing = whatIsMissing(agent);
	return {
		fields: drawn,
		emptyFieldsNotice: `The agent '${agent.name}' takes no inputs. ${missing ?? 'Start it as it is.'}`,
	};
}

/** A compilation knows its run, and only a run's detail knows its agent's UUID. */
export async function agentBehind(api: FlyMyAiApi, compilationId: string): Promise<Agent> {
	const { execution } = await api.compilations.get(compilationId);
	const uuid = execution ? (await api.runs.get(execution)).user_agent_task_uuid : undefined;
	if (uuid) return await api.agents.get(uuid);
	throw new PlatformError(`FlyMyAI does not say which agent compilation ${compilationId} is of`, {
		fix: "Set Specify Inputs to 'Using JSON' and give the inputs there.",
	});
}

/**
 * The inputs as the user gave them, by fields or by JSON.
 *
 * @param of the agent's or compilation's ID
 * @param agentOf finds the agent, where the stored form does not tell what it takes
 * @throws PlatformError when the JSON is no object
 */
export async function inputsOf(
	{ specifyInputs, inputs, inputsJson }: Values<typeof agentInputFields>,
	{ api, agents, hints }: Session,
	of: string,
	agentOf: (api: FlyMyAiApi, of: string) => Promise<Agent>,
): Promise<{ [key: string]: Json }> {
	if (specifyInputs !== 'fields') return objectOf(inputsJson, 'Inputs (JSON)');
	const takes = async () => {
		const agent = await agents.of(of, async () => await agentOf(api, of));
		const { fields } = inputFields(agent);
		return fields.length > 0 || hasInputSchema(agent) ? fields : undefined;
	};
	return await withUndrawn(
		inputs,
		{ otherwise: 'The agent takes no such inputs', fields: takes },
		hints,
	);
}
