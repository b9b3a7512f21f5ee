import unit from './jest.config.mjs';

/** The tests of the editor in a real browser: one n8n for all of them, one test file at a time. */
export default {
	roots: ['<rootDir>/test/ui'],
	testMatch: ['<rootDir>/test/ui/**/*.test.mts'],
	moduleFileExtensions: unit.moduleFileExtensions,
	transform: unit.transform,
	globalSetup: '<rootDir>/test/ui/globalSetup.mts',
	globalTeardown: '<rootDir>/test/ui/globalTeardown.mts',
	reporters: ['default', '<rootDir>/test/support/countReporter.mjs'],
	maxWorkers: 1,
	testTimeout: 120_000,
};
