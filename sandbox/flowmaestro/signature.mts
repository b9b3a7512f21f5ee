import { createHmac } from 'node:crypto';

/** `X-FlowMaestro-Signature` of a body: keyed with the whole secret, `whsec_` and all. */
export function sign(secret: string, body: string): string {
	return `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
