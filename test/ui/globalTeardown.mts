import './globalSetup.mts';

export default async function stop(): Promise<void> {
	await globalThis.local?.stop();
}
