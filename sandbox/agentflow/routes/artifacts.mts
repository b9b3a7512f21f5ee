import { found } from '../errors.mts';
import { jsonObject } from '../fields.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const tag = 'artifacts';
const TYPES = ['document', 'table', 'code'];

export function artifactRoutes(router: Router, store: Store): void {
	router.add({
		method: 'GET',
		path: '/api/v1/artifacts/types',
		name: 'list_artifact_types',
		tag,
		handle: () => (store.settings.older ? TYPES : { types: TYPES }),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/artifacts/{artifact_id}',
		name: 'get_artifact',
		tag,
		handle: ({ params }) => found(store.artifacts.get(params.artifact_id), 'Artifact'),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/artifacts/conversation/{conversation_id}',
		name: 'list_conversation_artifacts',
		tag,
		handle: ({ params }) => {
			const { id } = store.conversation(params.conversation_id);
			const artifacts = [...store.artifacts.values()].filter(
				({ conversation_id }) => conversation_id === id,
			);
			return store.settings.older ? artifacts : { artifacts };
		},
	});

	router.add({
		method: 'PATCH',
		path: '/api/v1/artifacts/{artifact_id}/state',
		name: 'update_artifact_state',
		tag,
		body: jsonObject,
		handle: ({ params, body }) => {
			const artifact = found(store.artifacts.get(params.artifact_id), 'Artifact');
			artifact.state = { ...artifact.state, ...body };
			artifact.updated_at = new Date().toISOString();
			return artifact;
		},
	});
}
