import e2e from './jest.e2e.config.mjs';

/** What is tried out in every n8n that people run (scripts/testVersions.mts). */
export default {
	...e2e,
	roots: ['<rootDir>/test/versions'],
	testMatch: ['<rootDir>/test/versions/**/*.test.mts'],
};
