// What becomes of ids, base URLs, Retry-After headers and secrets (shared/http: paths, retries, failures).
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failures } from '../../nodes/shared/http/failures.ts';
import { path, readBaseUrl } from '../../nodes/shared/http/paths.ts';
import { retryAfter } from '../../nodes/shared/http/retries.ts';

describe('an id in a path', () => {
	test.each([
		['won-gsfr-mxp', '/runs/won-gsfr-mxp/logs/'],
		['a/b', '/runs/a%2Fb/logs/'],
		['../../admin', '/runs/..%2F..%2Fadmin/logs/'],
		['100%', '/runs/100%25/logs/'],
		['%2e%2e', '/runs/%252e%252e/logs/'],
		['a?b#c', '/runs/a%3Fb%23c/logs/'],
		['Größe 😀', '/runs/Gr%C3%B6%C3%9Fe%20%F0%9F%98%80/logs/'],
		['a\nb\\c', '/runs/a%0Ab%5Cc/logs/'],
		['...a', '/runs/...a/logs/'],
	])('"%s" is one segment', (id, expected) => {
		expect(path`/runs/${id}/logs/`).toBe(expected);
	});

	test.each(['', '.', '..', '...'])('"%s" is refused', (id) => {
		expect(() => path`/runs/${id}/`).toThrow(`'${id}' is not an ID`);
	});

	test('never leads to another route', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
				fc.pre(!/^\.*$/.test(id));
				const { pathname, search, hash } = new URL(path`/a/${id}/b/`, 'http://host');
				const [, before, segment, after, ...more] = pathname.split('/');

				expect([before, decodeURIComponent(segment), after, ...more]).toEqual(['a', id, 'b', '']);
				expect(search + hash).toBe('');
			}),
		);
	});

	test('may stand beside another', () => {
		expect(path`${'a b'}/x/${'c/d'}`).toBe('a%20b/x/c%2Fd');
		expect(path`/fixed/`).toBe('/fixed/');
	});
});

describe('a base URL', () => {
	test.each([
		['https://api.example.com', 'https://api.example.com'],
		[' https://api.example.com/// ', 'https://api.example.com'],
		['http://127.0.0.1:8080/prefix/', 'http://127.0.0.1:8080/prefix'],
		['HTTPS://API.example.com/V1', 'https://api.example.com/V1'],
	])('"%s" is read as %s', (given, read) => {
		expect(readBaseUrl(given, 'Acme')).toBe(read);
	});

	test.each([
		undefined,
		5,
		'',
		'example.com',
		'ftp://a',
		'https://a/?b',
		'https://a/#b',
		'http://',
	])('%j is refused', (given) => {
		expect(() => readBaseUrl(given, 'Acme')).toThrow(
			'The Base URL of the Acme credential is not an http(s) URL',
		);
	});
});

describe('Retry-After', () => {
	test.each([
		['3', 3000],
		['0', 0],
		['-5', 0],
		['0.5', 500],
		['', undefined],
		[undefined, undefined],
		['soon', undefined],
	])('%j means %j ms', (header, ms) => {
		expect(retryAfter(header)).toBe(ms);
	});

	test('may be a date', () => {
		const inAMinute = retryAfter(new Date(Date.now() + 60_000).toUTCString());

		expect(inAMinute).toBeGreaterThan(57_000);
		expect(inAMinute).toBeLessThanOrEqual(60_000);
		expect(retryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
	});
});

const request = { method: 'GET', path: '/' } as const;

describe('a request without an answer', () => {
	const failures = new Failures({
		platform: { name: 'Acme', explain: () => undefined },
		host: 'api.example.com',
		credential: 'the Acme credential',
		secrets: [],
	});

	// The network may break down after the request has gone out.
	test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ETIMEDOUT'])(
		'may have arrived: %s',
		(code) => {
			const cause = Object.assign(new Error(code), { code });
			expect(failures.unanswered({ ...request, method: 'POST' }, cause)).toMatchObject({
				arrived: true,
				error: { message: expect.stringMatching(/the request may have arrived all the same$/) },
			});
		},
	);

	test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('never arrived: %s', (code) => {
		const cause = Object.assign(new Error(code), { code });
		expect(failures.unanswered({ ...request, method: 'POST' }, cause).arrived).toBe(false);
	});

	test('is not told from an empty one by words that say nothing', () => {
		expect(failures.notJson(request, ' ').message).toBe(
			'Unexpected answer of Acme to GET /: is empty',
		);
	});
});

describe('a secret in an answer', () => {
	const failures = new Failures({
		platform: { name: 'Acme', explain: () => undefined },
		host: 'api.example.com',
		credential: 'the Acme credential',
		secrets: ['token', 'token-of-ada', 'line one\nline two'],
	});
	const refused = (text: string) =>
		failures.refused(request, { status: 400, headers: {} }, text).error;

	test.each([
		['one that begins like another', 'not token-of-ada, nor token', 'Acme: not ***, nor ***'],
		['one over two lines, in JSON', '{"key": "line one\\nline two"', 'Acme: {"key": "***"'],
	])('is not told: %s', (_what, text, message) => {
		expect(refused(text).message).toBe(message);
	});

	test('is not told in part where the answer is cut short', () => {
		const text = `${'x'.repeat(110)} token-of-ada`;
		const { message } = failures.notJson(request, text);

		expect(message).not.toContain('token');
	});
});
