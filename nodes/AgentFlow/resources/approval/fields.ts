import { byId, fromList } from '../../../shared/form/locator';
import { field } from '../../../shared/form/parameters';

export const approvalLocator = field({
	displayName: 'Approval',
	name: 'approval',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The pending approval to answer',
	modes: [fromList('searchApprovals'), byId('e.g. appr_8f14e45f')],
});
