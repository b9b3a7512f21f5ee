// Not in UTC, where a time without a zone that is read wrongly looks right.
process.env.TZ = 'America/New_York';

/** Every test but those that need a real n8n, a browser or a stop-watch. */
export default {
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	testPathIgnorePatterns: ['<rootDir>/test/(e2e|ui|bench|versions)/'],
	moduleFileExtensions: ['mts', 'ts', 'mjs', 'cjs', 'js', 'json', 'node'],
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
				module: { type: 'commonjs' },
			},
		],
	},
	setupFilesAfterEnv: ['<rootDir>/test/support/setup.mts'],
	reporters: ['default', '<rootDir>/test/support/countReporter.mjs'],
	maxWorkers: 2,
	// Room for a test file's first start of the sandbox.
	testTimeout: 20_000,
};
