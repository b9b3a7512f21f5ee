import { z } from 'zod/v4';
import { found } from '../errors.mts';
import { text } from '../fields.mts';
import type { BackgroundTask } from '../records.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const tag = 'background tasks';

export function taskRoutes(router: Router, store: Store): void {
	router.add({
		method: 'GET',
		path: '/api/v1/background-tasks',
		name: 'list_background_tasks',
		tag,
		query: z.object({ conversation_id: text.optional() }),
		handle: ({ query: { conversation_id } }) => ({
			tasks: [...store.tasks.values()]
				.filter((task) => !conversation_id || task.conversation_id === conversation_id)
				.map(view),
		}),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/background-tasks/{task_id}',
		name: 'get_background_task',
		tag,
		handle: ({ params }) => view(found(store.tasks.get(params.task_id), 'Task')),
	});

	router.add({
		method: 'POST',
		path: '/api/v1/background-tasks/{task_id}/cancel',
		name: 'cancel_background_task',
		tag,
		handle: ({ params }) => {
			const task = found(store.tasks.get(params.task_id), 'Task');
			if (task.status === 'running') {
				task.stop.abort();
				task.status = 'cancelled';
				task.updated_at = new Date().toISOString();
			}
			return view(task);
		},
	});
}

function view({ id: task_id, stop: _stop, ...task }: BackgroundTask) {
	return { task_id, ...task };
}
