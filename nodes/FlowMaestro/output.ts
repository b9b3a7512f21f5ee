import { z } from 'zod';
import { replySchema, type Reply } from './schemas';

/** A reply with the answer's text where a workflow finds it; the documentation has it unnested. */
export const replyOutput = (reply: Reply): z.infer<typeof answerSchema> => ({
	...reply,
	answer: reply.message?.content ?? reply.content ?? null,
});

/** The backend has no `content` beside the message. */
export const answerSchema = replySchema
	.omit({ content: true })
	.extend({ answer: z.string().nullable() });
