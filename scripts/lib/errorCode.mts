/** The code of a system error, such as ESRCH. */
export function codeOf(error: unknown): unknown {
	// Not `instanceof Error`: in a test runner's sandbox, Node's own errors are of another Error.
	return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
