import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a delivery was signed with the webhook's secret (contract 5).
 *
 * @param body the bytes of the request as they came: written anew, JSON has others
 * @param header the value of `X-FlowMaestro-Signature`
 * @param secret the whole secret, with its `whsec_`
 */
export function isSigned(body: Buffer, header: unknown, secret: string): boolean {
	if (typeof header !== 'string') return false;
	const expected = Buffer.from(`v1=${createHmac('sha256', secret).update(body).digest('hex')}`);
	const given = Buffer.from(header);
	return given.length === expected.length && timingSafeEqual(given, expected);
}
