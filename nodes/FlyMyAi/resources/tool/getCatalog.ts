import { take } from '../../../shared/list';
import { field } from '../../../shared/form/parameters';
import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { simpleCatalogToolSchema, simplifyCatalogTool } from '../../output';
import { operation } from '../../session';

export const getCatalog = operation({
	value: 'getCatalog',
	name: 'Get Catalog',
	action: 'Get the catalog of tools',
	description: 'Retrieve the tools that can be added to the account',
	parameters: [
		...returnAllFields,
		simplifyField,
		field({
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Category',
					name: 'category',
					type: 'string',
					default: '',
					placeholder: 'e.g. Communication',
					description: 'Only tools of this category',
				},
				{
					displayName: 'Search',
					name: 'search',
					type: 'string',
					default: '',
					placeholder: 'e.g. mail',
					description: 'Only tools whose name, title or description holds this text',
				},
			],
		}),
	],
	output: simpleCatalogToolSchema,
	async execute({ returnAll, limit, simplify, filters }, { session }) {
		const category = filters.category?.trim().toLowerCase();
		const search = filters.search?.trim().toLowerCase();
		const tools = await take(
			session.api.tools.available(),
			returnAll ? Infinity : limit,
			({ name, title, description, categories }) =>
				(!category || (categories ?? []).some((one) => one.toLowerCase() === category)) &&
				(!search || `${name} ${title ?? ''} ${description ?? ''}`.toLowerCase().includes(search)),
		);
		return simplify ? tools.map(simplifyCatalogTool) : tools;
	},
});
