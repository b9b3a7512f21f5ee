// n8n's editor in a real browser, handled as a person does: by what stands on the screen.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Login } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';

selectors.setTestIdAttribute('data-test-id');

const pictures = join(rootFolder, 'docs', 'images');
const failures = join(rootFolder, '.artifacts', 'ui');
/** What scripts/setup.mjs --browser has found or installed. */
const browserFile = join(rootFolder, '.artifacts', 'browser');

const browserOptions = [
	'--no-sandbox',
	'--disable-gpu',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Room for a loaded machine; every wait ends as soon as its condition is met. */
const patienceMs = 45_000;

export class Editor {
	private constructor(
		readonly page: Page,
		private readonly context: BrowserContext,
		private readonly browser: Browser,
		private readonly baseUrl: string,
	) {}

	/** Starts the browser and logs in. */
	static async open(baseUrl: string, login: Login): Promise<Editor> {
		const browser = await chromium.launch({
			executablePath: readFileSync(browserFile, 'utf8'),
			args: browserOptions,
		});
		const context = await browser.newContext({ viewport: { width: 1400, height: 860 } });
		context.setDefaultTimeout(patienceMs);
		const page = await context.newPage();
		const credentials = { emailOrLdapLoginId: login.email, password: login.password };
		await page.request.post(`${baseUrl}/rest/login`, { data: credentials });
		return new Editor(page, context, browser, baseUrl);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** An empty canvas with a manual trigger on it. */
	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.baseUrl}/workflow/new`);
		await this.page.getByTestId('canvas-add-button').click();
		await this.searchBar.fill('manually');
		await this.listed('Trigger manually').first().click();
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.baseUrl}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
		await this.page.getByTestId('zoom-to-fit').click();
	}

	async setTheme(theme: 'light' | 'dark'): Promise<void> {
		await this.page.evaluate((name) => localStorage.setItem('N8N_THEME', name), theme);
		await this.page.reload();
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.page.getByTestId('node-parameters').waitFor({ state: 'hidden' });
	}

	// The nodes panel

	get searchBar(): Locator {
		return this.page.getByTestId('node-creator-search-bar');
	}

	async openNodesPanel(): Promise<void> {
		await this.page.getByTestId('node-creator-plus-button').click();
		await this.searchBar.waitFor();
	}

	/** Searches the nodes panel; answers what it lists once that changes no more. */
	async search(words: string): Promise<string[]> {
		await this.searchBar.fill(words);
		const entries = this.page.getByTestId('item-iterator-item');
		for (let before: string[] = []; ;) {
			// Longer than the panel waits for more letters.
			await this.page.waitForTimeout(600);
			const now = await entries.allInnerTexts();
			if (now.length > 0 && now.join() === before.join()) return now;
			before = now;
		}
	}

	/** Entries of the nodes panel that hold the text. */
	listed(text: string | RegExp): Locator {
		return this.page.getByTestId('item-iterator-item').filter({ hasText: text });
	}

	// The open node

	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	async fill(name: string, value: string): Promise<void> {
		const input = this.field(name).locator('input, textarea, [contenteditable=true]').first();
		await input.fill(value);
		// A field of the form tells the node its value when it is left.
		await input.blur();
	}

	async openList(): Promise<void> {
		await this.page.getByTestId('rlc-input').click();
		await this.page.getByTestId('rlc-item').first().waitFor();
	}

	/** Entries of the open From List that hold the text. */
	entry(text: string): Locator {
		return this.page.getByTestId('rlc-item').filter({ hasText: text });
	}

	/** Searches the node's From List and picks the entry. */
	async pick(search: string, name: string): Promise<void> {
		await this.openList();
		await this.page.getByTestId('rlc-search').fill(search);
		await this.entry(name).first().click();
	}

	/** Labels of the fields that the resource mapper has drawn. */
	async drawnFields(): Promise<string[]> {
		const fields = this.page.getByTestId('mapping-fields-container');
		await fields.waitFor();
		return await fields.locator('label.n8n-input-label span.n8n-text').allInnerTexts();
	}

	/** "Execute step"; answers what the editor says about it in the end. */
	async execute(): Promise<string> {
		await this.page.getByTestId('node-execute-button').click();
		return await this.dismissToast(/executed successfully|Problem in/);
	}

	/** Reads a message in the corner of the screen and closes it. */
	async dismissToast(text: RegExp): Promise<string> {
		const toast = this.page.locator('.el-notification').filter({ hasText: text }).first();
		const said = await toast.innerText();
		await toast.locator('.el-notification__closeBtn').click();
		await toast.waitFor({ state: 'hidden' });
		return said;
	}

	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}

	async showOutputAs(form: 'table' | 'json' | 'binary'): Promise<void> {
		await this.output.getByTestId(`radio-button-${form}`).click();
	}

	/** Downloads the file of the output panel; answers its name and what is in it. */
	async download(): Promise<{ name: string; content: string }> {
		const downloaded = this.page.waitForEvent('download');
		await this.output.getByTestId('ndv-download-binary-data').click();
		const download = await downloaded;
		return {
			name: download.suggestedFilename(),
			content: readFileSync(await download.path(), 'utf8'),
		};
	}

	/** Opens a page as the browser of somebody who prefers this theme, on a screen of this size. */
	async openPage(
		html: string,
		{ theme, width, height }: { theme: 'light' | 'dark'; width: number; height: number },
	): Promise<Page> {
		const context = await this.browser.newContext({
			colorScheme: theme,
			viewport: { width, height },
			// For the accessibility checker, which is a script.
			bypassCSP: true,
		});
		const page = await context.newPage();
		await page.setContent(html);
		return page;
	}

	/** Clicks a link that leads to another page, and comes back when that has loaded. */
	async visit(link: Locator): Promise<string> {
		const opened = this.context.waitForEvent('page');
		await link.click();
		const page = await opened;
		await page.waitForLoadState();
		const text = (await page.textContent('body')) ?? '';
		await page.close();
		await this.page.bringToFront();
		// A browser without a screen does not notice by itself that its page is looked at again.
		await this.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
		return text;
	}

	// The chat

	get chat(): Locator {
		return this.page.getByTestId('canvas-chat-body');
	}

	/** Opens the chat below the canvas, and pulls it up to see more of it. */
	async openChat(): Promise<void> {
		const button = this.page.getByTestId('workflow-chat-button');
		// The editor remembers that it was open.
		if ((await button.innerText()).includes('Open')) await button.click();
		await this.chat.waitFor();
		const edge = this.page.getByTestId('resize-handle').and(this.page.locator('[data-dir="top"]'));
		await edge.hover();
		await this.page.mouse.down();
		await this.page.mouse.move(700, 340, { steps: 5 });
		await this.page.mouse.up();
	}

	async say(text: string): Promise<void> {
		const input = this.chat.locator('textarea');
		await input.fill(text);
		await input.press('Enter');
	}

	// Pictures

	/** Messages in the corner of the screen go away by themselves. */
	private async untilNoToast(): Promise<void> {
		const toasts = this.page.locator('.el-notification');
		while ((await toasts.count()) > 0) await this.page.waitForTimeout(200);
	}

	/**
	 * A picture of the screen for the documentation. It is taken anew where UPDATE_PICTURES is set;
	 * otherwise it has to be there.
	 */
	async picture(name: string, page = this.page): Promise<void> {
		const file = join(pictures, `${name}.png`);
		if (process.env.UPDATE_PICTURES) {
			mkdirSync(pictures, { recursive: true });
			await this.untilNoToast();
			// A pointer at rest hovers over nothing.
			await page.mouse.move(0, 0);
			await page.screenshot({ path: file, animations: 'disabled' });
		} else if (!existsSync(file)) {
			throw new Error(`docs/images/${name}.png is missing: UPDATE_PICTURES=1 npm run test:ui`);
		}
	}

	/** Keeps what the screen showed when a test failed. */
	async keepFailure(name: string): Promise<void> {
		mkdirSync(failures, { recursive: true });
		const file = `${name.replace(/\W+/g, '-')}.png`;
		await this.page.screenshot({ path: join(failures, file), timeout: patienceMs });
	}
}
