/** Says in the very last line how many tests passed and failed, for scripts that run the tests. */
export default class CountReporter {
	onRunComplete(_contexts, results) {
		// A file that could not be loaded has no tests to count, but has failed.
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		// Jest adds a summary of its own after the last reporter.
		process.once('exit', () => {
			process.stderr.write(`\n${results.numPassedTests} passed, ${failed} failed\n`);
		});
	}
}
