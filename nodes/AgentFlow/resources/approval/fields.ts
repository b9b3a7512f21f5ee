import { byId, fromList } from '../../../shared/locator';
import { field } from '../../../shared/parameters';

export const approvalLocator = field({
	displayName: 'Approval',
	name: 'approval',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The pending approval to answer',
	modes: [fromList('searchApprovals'), byId('e.g. appr_8f14e45f')],
});
