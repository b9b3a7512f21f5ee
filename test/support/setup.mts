// What n8n-core finds when a test file loads it. Runs before each test file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const userFolder = mkdtempSync(join(tmpdir(), 'agent-platforms-test-'));
afterAll(() => rmSync(userFolder, { recursive: true }));

Object.assign(process.env, {
	N8N_USER_FOLDER: userFolder,
	N8N_ENCRYPTION_KEY: 'only-for-tests',
	N8N_DEFAULT_BINARY_DATA_MODE: 'default',
	N8N_LOG_LEVEL: 'error',
});

// Jest gives the tests (and n8n-core with them) globals of their own, but Node's errors (an abort
// signal's reason, a refused connection) come from outside and would fail `instanceof Error`,
// which they pass in n8n, where there is one `Error` only.
const outsideError = Object.getPrototypeOf(DOMException.prototype).constructor;
const isInstance = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
	value(this: unknown, candidate: unknown) {
		return (
			isInstance.call(this, candidate) ||
			(this === Error && isInstance.call(outsideError, candidate))
		);
	},
});
