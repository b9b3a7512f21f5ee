import { z } from 'zod/v4';
import { ApiError, found, unprocessable } from '../errors.mts';
import { jsonObject } from '../fields.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const QuestionResponse = z.object({ answers: jsonObject }).meta({ id: 'QuestionResponse' });

export function questionRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/questions/{question_id}/respond',
		name: 'respond_to_question',
		tag: 'questions',
		body: QuestionResponse,
		handle: ({ params, body: { answers } }) => {
			const question = found(store.questions.get(params.question_id), 'Question');
			if (question.answers) throw new ApiError(409, 'Question is already answered');
			const missing = question.items.find(({ id }) => answers[id] === undefined);
			if (missing) throw unprocessable('answers', `Value error, no answer to item ${missing.id}`);
			question.answers = answers;
			question.answered(answers);
			return { id: question.id, status: 'answered' };
		},
	});
}
