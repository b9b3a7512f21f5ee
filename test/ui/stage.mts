// What every test of the editor stands on: the n8n and the sandbox that globalSetup has started.
import { afterAll, beforeAll, beforeEach, it, jest } from '@jest/globals';
import type { PlatformValues, SavedCredentials } from '../../scripts/lib/credentials.mts';
import { N8nClient } from '../../scripts/lib/n8nClient.mts';
import type { Login } from '../../scripts/lib/n8nClient.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { Editor } from './editor.mts';

interface Stage {
	baseUrl: string;
	login: Login;
	platforms: PlatformValues;
	credentials: SavedCredentials;
}

export const stage: Stage = JSON.parse(process.env.UI_STAGE ?? '{}');

/** FlyMyAI's sandbox, fresh for every test. */
export const sandbox = new SandboxControl(stage.platforms.flymyai.baseUrl);

/** Agents that every fresh sandbox has. */
export const WEB_RESEARCHER = '5eed0000-0000-4000-8000-000000000001';
export const DRAFT_HELPER = '5eed0000-0000-4000-8000-000000000005';

/** Logged in as the owner. */
export let client: N8nClient;

// A browser is no clockwork: what does not work is done once more before it counts as a failure.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

beforeAll(async () => {
	client = await N8nClient.asOwner(stage.baseUrl, stage.login);
});

beforeEach(async () => await sandbox.reset());

/** Makes the function that declares a test in the editor; a failure leaves a picture behind. */
export function useEditor() {
	let editor: Editor;
	beforeAll(async () => {
		editor = await Editor.open(stage.baseUrl, stage.login);
	});
	afterAll(async () => await editor?.close());

	return (name: string, act: (editor: Editor) => Promise<void>) =>
		it(name, async () => {
			try {
				await act(editor);
			} catch (error) {
				await editor.keepFailure(name);
				throw error;
			}
		});
}
