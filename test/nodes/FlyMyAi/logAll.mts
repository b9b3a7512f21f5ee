// Imported before n8n-core, which reads both once: everything is logged, and kept for the test.
import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** What was written to the console. */
export const written: string[] = [];

const keep = new Writable({
	write(chunk, _encoding, done) {
		written.push(String(chunk));
		done();
	},
});

process.env.N8N_LOG_LEVEL = 'debug';
globalThis.console = new Console(keep);
