import { field } from '../../../shared/form/parameters';

export const secretsNotice = field({
	displayName:
		'What you type in here is saved in the workflow as plain text. For a secret use an expression that reads it from elsewhere, or clear the field after the node has run.',
	name: 'secretsNotice',
	type: 'notice',
	default: '',
});

export const showConfigurationField = field({
	displayName: 'Show Configuration Values',
	name: 'showConfiguration',
	type: 'boolean',
	default: false,
	description:
		'Whether to return the values of user_config and response, which may be secrets, instead of masks',
});

export const showConfigurationOption = field({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [showConfigurationField],
});
