import { z } from 'zod';

/** What every operation puts out that deletes something. */
export const deletedSchema = z.object({ deleted: z.boolean() });
