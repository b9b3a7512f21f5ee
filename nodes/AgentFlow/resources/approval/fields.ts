import { field } from '../../../shared/parameters';

export const approvalLocator = field({
	displayName: 'Approval',
	name: 'approval',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The pending approval to answer',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchApprovals', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. appr_8f14e45f' },
	],
});
