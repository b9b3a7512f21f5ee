import type { FlyMyAiApi } from './api';
import type { Run } from './schemas';

/**
 * Finds the agent of a run. A listed run names its agent by an internal number only, and a run's
 * detail names it by its UUID (contract: Resources), so one detail an agent tells it for all.
 */
export class AgentResolver {
	private readonly uuids = new Map<string, string | undefined>();

	constructor(private readonly api: FlyMyAiApi) {}

	/** The UUID of the run's agent, or undefined where the API does not say. */
	async uuidOf(run: Run): Promise<string | undefined> {
		if (run.user_agent_task_uuid) return run.user_agent_task_uuid;
		const internal = run.user_agent_task;
		if (internal && this.uuids.has(internal)) return this.uuids.get(internal);
		const uuid = (await this.api.runs.get(run.id)).user_agent_task_uuid ?? undefined;
		if (internal) this.uuids.set(internal, uuid);
		return uuid;
	}

	/** Whether the run is one of the agent's; UUIDs are the same in upper and lower case. */
	async isOf(run: Run, agents: string[]): Promise<boolean> {
		const uuid = (await this.uuidOf(run))?.toLowerCase();
		return agents.some((agent) => agent.toLowerCase() === uuid);
	}

	/** The agent's name. */
	async nameOf(uuid: string): Promise<string> {
		return (await this.api.agents.get(uuid)).name;
	}
}
