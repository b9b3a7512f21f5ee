import type { ZodTypeAny } from 'zod';
import { zodToJsonSchema } from 'zod-to-json-schema';

/**
 * What the editor shows of an output before the node has run. It reads `type`, `properties` and
 * `items` alone: no references, no choice of types.
 */
export const previewFrom = (schema: ZodTypeAny) =>
	zodToJsonSchema(schema, { target: 'openApi3', $refStrategy: 'none', pipeStrategy: 'output' });
