import type { INodePropertyMode } from 'n8n-workflow';

/* The ways in which a resource locator takes what the user means. */

const mode =
	(displayName: string, name: string, type: INodePropertyMode['type'] = 'string') =>
	(details: Partial<INodePropertyMode>): INodePropertyMode => ({
		displayName,
		name,
		type,
		...details,
	});

const list = mode('From List', 'list', 'list');
const id = mode('By ID', 'id');
const named = mode('By Name', 'name');

/** Picking it from a list that is searched by `searchListMethod`, one of the node's `listSearch`. */
export const fromList = (searchListMethod: string): INodePropertyMode =>
	list({ typeOptions: { searchListMethod, searchable: true } });

/** Writing out its id. */
export const byId = (placeholder: string): INodePropertyMode => id({ placeholder });

/** Writing out its name. */
export const byName = (placeholder: string): INodePropertyMode => named({ placeholder });
