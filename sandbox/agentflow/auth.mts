import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod/v4';
import { ApiError } from './errors.mts';

export const TENANT = 'demo-tenant';
export const ACTING_USER = 'ada@example.com';
export const AUDIENCE = 'https://api.agentflow.sandbox';
export const CLIENT_ID = 'agentflow-sandbox-client';
export const CLIENT_SECRET = 'agentflow-sandbox-secret';

export const SCOPES = [
	'agentflow:agents',
	'agentflow:conversations',
	'agentflow:cancellations',
	'agentflow:tools',
	'agentflow:approvals',
	'agentflow:completions',
	'agentflow:knowledge-bases',
	'agentflow:memory',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who asks. */
export interface Caller {
	tenant: string;
	userId: string;
}

const TENANT_CLAIM = 'https://agentflow.ai/tenant';
const SIGNING_KEY = 'signs nothing but the tokens of a sandbox';

const Claims = z.object({
	sub: z.string(),
	gty: z.literal('client-credentials').optional(),
	[TENANT_CLAIM]: z.string(),
	scope: z.string(),
	/** Seconds since the epoch; fractions allowed. */
	exp: z.number().optional(),
	jti: z.number().optional(),
});
type Claims = z.output<typeof Claims>;

/** Issues and checks access tokens, and remembers which of them no longer count. */
export class Tokens {
	#issued = 0;
	#refusedUpTo = 0;

	/** A person's token, the same at every start; it carries the tenant and does not expire. */
	human(): string {
		return sign({ sub: ACTING_USER, [TENANT_CLAIM]: TENANT, scope: SCOPES.join(' ') });
	}

	/** A token of the client credentials grant. */
	machine(scope: string, seconds: number): string {
		this.#issued += 1;
		return sign({
			sub: `${CLIENT_ID}@clients`,
			gty: 'client-credentials',
			[TENANT_CLAIM]: TENANT,
			scope,
			exp: Date.now() / 1000 + seconds,
			jti: this.#issued,
		});
	}

	/** Every machine token issued so far is refused from now on. */
	expireAll(): void {
		this.#refusedUpTo = this.#issued;
	}

	/**
	 * Who sent these headers. Throws 401 for a token that is missing or wrong, and 403 for a scope it
	 * lacks, another tenant, or a machine that does not say for whom it acts.
	 */
	authenticate(headers: IncomingHttpHeaders, scope: Scope | undefined, bypass: boolean): Caller {
		if (headers.authorization === undefined && bypass) {
			return { tenant: TENANT, userId: headerText(headers['snc-userid']) || 'dev-user' };
		}
		if (headers.authorization === undefined) throw new ApiError(401, 'Not authenticated');
		const claims = this.#verify(headers.authorization);
		if (scope !== undefined && !claims.scope.split(' ').includes(scope)) {
			throw new ApiError(403, `Insufficient scope: ${scope} is required`);
		}
		const tenant = claims[TENANT_CLAIM];
		if (claims.gty === undefined) return { tenant, userId: claims.sub };

		if (headerText(headers['snc-tenant']) !== tenant) {
			throw new ApiError(403, 'Tenant header does not match the tenant of the token');
		}
		const userId = headerText(headers['snc-userid']).trim();
		if (userId === '') throw new ApiError(403, 'Machine tokens must name the acting user');
		return { tenant, userId };
	}

	#verify(authorization: string): Claims {
		const token = /^Bearer (.+)$/i.exec(authorization)?.[1] ?? '';
		const claims = open(token);
		if (!claims) throw new ApiError(401, 'Invalid token');
		const expired = claims.exp !== undefined && claims.exp * 1000 <= Date.now();
		if (expired || (claims.jti !== undefined && claims.jti <= this.#refusedUpTo)) {
			throw new ApiError(401, 'Token has expired');
		}
		return claims;
	}
}

/** A JSON Web Token (HS256). */
function sign(claims: Claims): string {
	const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
		Buffer.from(JSON.stringify(part)).toString('base64url'),
	);
	const content = parts.join('.');
	return `${content}.${signature(content).toString('base64url')}`;
}

function open(token: string): Claims | undefined {
	const [head, body, signed = ''] = token.split('.');
	const given = Buffer.from(signed, 'base64url');
	const expected = signature(`${head}.${body}`);
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
	return Claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
}

function signature(content: string): Buffer {
	return createHmac('sha256', SIGNING_KEY).update(content).digest();
}

function headerText(value: string | string[] | undefined): string {
	return typeof value === 'string' ? value : '';
}
