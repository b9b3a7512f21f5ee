// Starts every platform's stand-in and prints one line of JSON when all are ready.
import { parseArgs } from 'node:util';
import { platforms } from './platforms.mts';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '0' },
		host: { type: 'string', default: '127.0.0.1' },
	},
});
const firstPort = Number(values.port);
if (!Number.isInteger(firstPort) || firstPort < 0 || firstPort > 65535) {
	throw new Error(`--port must be a number from 0 to 65535, not "${values.port}"`);
}

const running = await Promise.all(
	Object.entries(platforms).map(async ([name, platform], index) => ({
		name,
		...(await platform.start(values.host, firstPort === 0 ? 0 : firstPort + index)),
	})),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		void Promise.all(running.map(async (platform) => await platform.close()));
	});
}

const announcement = Object.fromEntries(running.map(({ name, announce }) => [name, announce]));
process.stdout.write(`${JSON.stringify(announcement)}\n`);
