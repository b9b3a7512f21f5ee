import { PlatformError } from '../shared/errors';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * An id as FlowMaestro takes it, without the spaces and line breaks that copying it may have added.
 * Anything but a UUID would come back as a 500 that says nothing (contract 0.5).
 *
 * @param what whose id it is, as the form calls it
 * @throws PlatformError naming it when it is no UUID
 */
export function uuid(what: string, id: string): string {
	const trimmed = id.trim();
	if (UUID.test(trimmed)) return trimmed;
	throw new PlatformError(`'${trimmed}' is not the ID of ${what}`, {
		fix: `IDs of FlowMaestro are UUIDs such as 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35. Pick from the list, or take the ID from the output of another FlowMaestro node.`,
	});
}
