import { z } from 'zod';
import { replySchema, type Reply } from './schemas';

/** A reply with the answer's text where a workflow finds it; the documentation has it unnested. */
export const replyOutput = (reply: Reply): z.infer<typeof answerSchema> => ({
	...reply,
	answer: reply.message?.content ?? reply.content ?? null,
});

export const answerSchema = replySchema.extend({ answer: z.string().nullable() });
