import { PlatformError } from '../shared/errors';
import type { AgentFlowApi } from './api';
import type { Agent } from './schemas';

/** Agents have UUIDs (contract: Ids); whatever else names one is a name. */
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** Finds the agents of one execution by id or by exact name, with one look at the list for all. */
export class Agents {
	private listing: Promise<Agent[]> | undefined;

	constructor(private readonly api: AgentFlowApi) {}

	/**
	 * The id of the agent that is meant.
	 *
	 * @throws PlatformError when the list has no such agent, or several of the name
	 */
	async idOf(idOrName: string): Promise<string> {
		return UUID.test(idOrName) ? idOrName : (await this.find(idOrName)).id;
	}

	/** The exact name of the agent that is meant. */
	async nameOf(idOrName: string): Promise<string> {
		return (await this.find(idOrName)).name;
	}

	private async find(idOrName: string): Promise<Agent> {
		this.listing ??= this.api.agents.list();
		// What could not be listed is listed anew for the next item.
		this.listing.catch(() => (this.listing = undefined));
		const agents = await this.listing;
		const ofId = agents.find(({ id }) => id === idOrName);
		if (ofId) return ofId;
		const ofName = agents.filter(({ name }) => name === idOrName);
		if (ofName.length === 1) return ofName[0];
		if (ofName.length > 1) {
			throw new PlatformError(`${ofName.length} agents are called '${idOrName}'`, {
				fix: `Pick the agent by its ID: ${ofName.map(({ id }) => id).join(', ')}.`,
			});
		}
		throw new PlatformError(`AgentFlow has no agent '${idOrName}'`, {
			fix: `Names must match exactly. There are: ${agents.map(({ name }) => name).join(', ') || 'none'}.`,
		});
	}
}
