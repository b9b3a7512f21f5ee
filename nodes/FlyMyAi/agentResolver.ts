import type { FlyMyAiApi } from './api';
import type { Run } from './schemas';

/**
 * Finds the agent of a run. A listed run names its agent by an internal number only, and a run's
 * detail names it by its UUID (contract: Resources), so one detail an agent tells it for all.
 */
export class AgentResolver {
	private readonly uuids = new Map<string, Promise<string | undefined>>();

	constructor(private readonly api: FlyMyAiApi) {}

	/** The UUID of the run's agent, or undefined where the API does not say. */
	async uuidOf(run: Run): Promise<string | undefined> {
		if (run.user_agent_task_uuid) return run.user_agent_task_uuid;
		const internal = run.user_agent_task;
		if (!internal) return (await this.api.runs.get(run.id)).user_agent_task_uuid ?? undefined;
		const known = this.uuids.get(internal) ?? this.lookUp(run.id);
		this.uuids.set(internal, known);
		return await known;
	}

	private async lookUp(runId: string): Promise<string | undefined> {
		return (await this.api.runs.get(runId)).user_agent_task_uuid ?? undefined;
	}
}
