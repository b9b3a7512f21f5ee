// Plain JavaScript: it runs on any Node that an n8n runs on.
// Preloaded into every process that childProcess.mts starts: its standard input is a pipe from the
// parent that closes when the parent ends, however it ends. So nothing outlives the parent.
import { isMainThread } from 'node:worker_threads';

const graceMs = 10_000;

if (isMainThread) {
	process.stdin.once('close', () => {
		process.kill(process.pid, 'SIGTERM');
		setTimeout(() => process.kill(-process.pid, 'SIGKILL'), graceMs).unref();
	});
	process.stdin.resume();
	// A leash does not keep its process alive.
	if ('unref' in process.stdin) process.stdin.unref();
}
