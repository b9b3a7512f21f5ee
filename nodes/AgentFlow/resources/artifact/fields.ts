import { field } from '../../../shared/form/parameters';

export const artifactIdField = field({
	displayName: 'Artifact ID',
	name: 'artifactId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. art_8f14e45f',
	description: 'The artifact to work with; its ID is in the output of Agent: Send Message',
});
