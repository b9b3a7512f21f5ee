import unit from './jest.config.mjs';

/** The tests in a real n8n: one n8n a test file, one test file at a time. */
export default {
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	moduleFileExtensions: unit.moduleFileExtensions,
	transform: unit.transform,
	reporters: ['default', '<rootDir>/test/support/countReporter.mjs'],
	maxWorkers: 1,
	// Room for n8n's first start in a fresh folder.
	testTimeout: 180_000,
};
