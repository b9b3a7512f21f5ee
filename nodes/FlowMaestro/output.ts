import type { Reply } from './schemas';

/** A reply with the answer's text where a workflow finds it; the documentation has it unnested. */
export const replyOutput = (reply: Reply): object => ({
	answer: reply.message?.content ?? reply.content ?? null,
	...reply,
});
