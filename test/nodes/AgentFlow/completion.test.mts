// Completions take all input items together; batches do the same in the background (contract:
// Completions, Batches and files).
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	byId,
	control,
	execute,
	failureOf,
	forgetDocument,
	reset,
	row,
	rows,
	sent,
	sentLines,
	settings,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(async () => {
	await reset();
	forgetDocument();
});

const content = '={{ $json.text }}';
const classify = { content, categories: 'billing, delivery, other' };
const itemsOf = (...texts: string[]): IDataObject[] => texts.map((text) => ({ text }));
const bodies = async (match = /completions/) =>
	(await sent(match)).map(({ body }) => body as { items: unknown[] } & IDataObject);

describe('the operations', () => {
	const run = async (operation: string, parameters: INodeParameters, ...texts: string[]) =>
		await rows('completion', operation, { content, ...parameters }, { items: itemsOf(...texts) });

	test('classify', async () => {
		const found = await run('classify', classify, 'A delivery', 'My billing address');
		const several = await run(
			'classify',
			{ ...classify, multiLabel: true },
			'billing and delivery',
		);

		expect(found).toEqual([
			{ label: 'delivery', confidence: 1 },
			{ label: 'billing', confidence: 1 },
		]);
		expect(several).toEqual([{ labels: ['billing', 'delivery'] }]);
		expect((await bodies())[0]).toEqual({
			items: [{ content: 'A delivery' }, { content: 'My billing address' }],
			categories: ['billing', 'delivery', 'other'],
			multi_label: false,
		});
	});

	test('classify with one category a line', async () => {
		await run('classify', { categories: 'new, or used\nother\n' }, 'It is used');

		expect((await bodies())[0].categories).toEqual(['new, or used', 'other']);
	});

	test('classify with one category a line and a comma behind each', async () => {
		const found = await run('classify', { categories: 'billing,\ndelivery,\n' }, 'A delivery');

		expect(found).toMatchObject([{ label: 'delivery' }]);
		expect((await bodies())[0].categories).toEqual(['billing', 'delivery']);
	});

	test('extract', async () => {
		const extractionInstructions = 'Extract the name and email';

		expect(
			await run('extract', { extractionInstructions }, 'Name: Ada, write to ada@example.com'),
		).toEqual([{ name: 'Ada', email: 'ada@example.com' }]);
	});

	test('summarize', async () => {
		expect(
			await run('summarize', { summaryInstructions: 'Short' }, 'One. Two. Three. Four.'),
		).toEqual([{ summary: 'One. Two.' }]);
		expect((await bodies())[0].summary_instructions).toBe('Short');
	});

	test('enrich', async () => {
		const fieldsToAdd = {
			field: [
				{ name: 'mood', type: 'categorical', validValues: 'happy, sad', description: 'How?' },
				{ name: 'email', type: 'text' },
				{ name: 'topic', type: 'categorical' },
			],
		};

		expect(
			await run(
				'enrich',
				{ fieldsToAdd, includeContext: true, runtimeCategories: '{ "topic": ["cats", "dogs"] }' },
				'I am sad about dogs, a@b.org',
			),
		).toEqual([{ mood: 'sad', email: 'a@b.org', topic: 'dogs' }]);
		expect((await bodies())[0]).toMatchObject({
			fields: [
				{ name: 'mood', type: 'categorical', valid_values: ['happy', 'sad'], description: 'How?' },
				{ name: 'email', type: 'text' },
				{ name: 'topic', type: 'categorical' },
			],
			include_context: true,
			runtime_categories: { topic: ['cats', 'dogs'] },
		});
	});

	test('enrich with nothing to add is refused', async () => {
		expect((await failureOf(run('enrich', {}, 'x'))).message).toBe("'Fields to Add' is empty");
	});

	test('custom, as text and as an object', async () => {
		const promptTemplate = 'Sum up: {content}';
		const responseFormat = '{ "type": "object", "properties": { "email": {} } }';

		expect(await run('custom', { promptTemplate }, 'One.')).toEqual([
			{ text: '(local stand-in) Sum up: One.' },
		]);
		expect(await run('custom', { promptTemplate, responseFormat }, 'to a@b.org')).toEqual([
			{ email: 'a@b.org' },
		]);
	});

	test('with all options, the whole row and the input fields', async () => {
		const [item] = await run(
			'classify',
			{
				...classify,
				simplify: false,
				options: {
					includeInputFields: true,
					keepInputFields: true,
					maxTokens: 50,
					model: byId('openai/gpt-sandbox'),
					systemPrompt: 'Be exact',
					temperature: 0.1,
					userPromptTemplate: '{text}',
				},
			},
			'A delivery',
		);

		expect(item).toEqual({
			text: 'A delivery',
			index: 0,
			success: true,
			result: { label: 'delivery', confidence: 1 },
			error: null,
		});
		expect((await bodies())[0]).toEqual({
			items: [{ text: 'A delivery', content: 'A delivery' }],
			categories: ['billing', 'delivery', 'other'],
			multi_label: false,
			model: 'openai/gpt-sandbox',
			temperature: 0.1,
			max_tokens: 50,
			system_prompt: 'Be exact',
			user_prompt_template: '{text}',
		});
	});
});

describe('many items', () => {
	const many = (count: number) =>
		itemsOf(...Array.from({ length: count }, (_, index) => `Item ${index} is about delivery`));

	test('go out fifty a request, at the same time, and come back in order', async () => {
		await control.fault({ kind: 'latency', ms: 300, match: { path: '/label' } });
		const items = await execute(
			'completion',
			'summarize',
			{ content: '={{ $json.text }}' },
			{ items: many(230) },
		);
		const requests = await bodies();

		expect(requests.map(({ items: sentItems }) => sentItems.length).sort()).toEqual([
			30, 50, 50, 50, 50,
		]);
		expect(items.map(({ json, pairedItem }) => [json.summary, pairedItem])).toEqual(
			many(230).map(({ text }, item) => [text, { item }]),
		);
	});

	test('that ask for different things go out apart, and still come back in order', async () => {
		const items = many(6).map((item, index) => ({
			...item,
			categories: index % 2 ? 'delivery, other' : 'billing, other',
		}));
		const found = await rows(
			'completion',
			'classify',
			{ content, categories: '={{ $json.categories }}' },
			{ items },
		);

		expect((await bodies()).map(({ items: sentItems }) => sentItems.length)).toEqual([3, 3]);
		expect(found.map(({ label }) => label)).toEqual(
			items.map((_, index) => (index % 2 ? 'delivery' : 'billing')),
		);
	});

	test.each([false, true])('one that fails fails alone, on an older server: %s', async (older) => {
		await settings({ older });
		const items = await execute('completion', 'classify', classify, {
			items: itemsOf('A delivery', '', 'billing'),
			continueOnFail: true,
		});

		expect(items.map(({ json, pairedItem }) => [json.label ?? json.error, pairedItem])).toEqual([
			['delivery', { item: 0 }],
			['AgentFlow could not work out item 1: The item has no content', { item: 1 }],
			['billing', { item: 2 }],
		]);
	});

	test('one whose values do not fit fails alone', async () => {
		const items = await execute(
			'completion',
			'classify',
			{ ...classify, options: { temperature: '={{ $json.temperature }}' } },
			{
				items: [
					{ text: 'A delivery', temperature: 0 },
					{ text: 'billing', temperature: 'hot' },
				],
				continueOnFail: true,
			},
		);

		expect(items.map(({ json }) => json.label ?? json.error)).toEqual([
			'delivery',
			`'Temperature' must be a number, not "hot"`,
		]);
	});

	test('end with the first that fails, naming it, and nothing more is sent', async () => {
		const items = [...itemsOf(''), ...many(400)];
		const failure = await failureOf(
			rows('completion', 'classify', { ...classify, options: { parallelRequests: 1 } }, { items }),
		);

		expect(failure).toMatchObject({
			message: 'AgentFlow could not work out item 0: The item has no content [item 0]',
			context: { itemIndex: 0 },
		});
		expect(await sentLines(/label/)).toHaveLength(1);
	});

	test('of a request that is refused fail together, the others do not', async () => {
		await control.fault({ kind: 'status', status: 422, match: { path: '/label' } });
		const items = await execute(
			'completion',
			'classify',
			{ ...classify, options: { parallelRequests: 1 } },
			{ items: many(60), continueOnFail: true },
		);

		expect(items.slice(0, 50).every(({ json }) => json.error)).toBe(true);
		expect(items.slice(50).every(({ json }) => json.label === 'delivery')).toBe(true);
	});

	test.each([
		['reset-after' as const, {}],
		['status' as const, { status: 503 }],
		['truncate' as const, { afterBytes: 20 }],
	])('are asked for again after %s', async (kind, more) => {
		await control.fault({ kind, ...more, match: { path: '/label' } });

		expect(await rows('completion', 'classify', classify, { items: many(3) })).toHaveLength(3);
		expect(await sentLines(/label/)).toHaveLength(2);
	});

	test('whose row is left out do not get the one of another', async () => {
		const results = [1, 2].map((index) => ({
			index,
			success: true,
			result: { label: `${index}` },
		}));
		await control.fault({ kind: 'status', status: 200, body: { results } });
		const items = await execute(
			'completion',
			'classify',
			{ ...classify, options: { parallelRequests: 2.5 } },
			{ items: many(3), continueOnFail: true },
		);

		expect(items.map(({ json }) => json.label ?? json.error)).toEqual([
			'AgentFlow returned no result for item 0',
			'1',
			'2',
		]);
	});

	test.each([
		['fewer', [{ label: 'x' }], 1],
		['more', [1, 2, 3].map((n) => ({ success: true, result: { label: `${n}` } })), 3],
	])(
		'get no result of another where there are %s, and none says whose',
		async (_, results, said) => {
			await control.fault({ kind: 'status', status: 200, body: { results } });
			const items = await execute('completion', 'classify', classify, {
				items: many(2),
				continueOnFail: true,
			});

			expect(items.map(({ json }) => json.error)).toEqual(
				[0, 1].map(
					(item) =>
						`It is not known which result is of item ${item}: AgentFlow returned ${said} for 2 items`,
				),
			);
		},
	);
});

describe('a batch', () => {
	const submit = { kind: 'label', ...classify };
	const newBatch = async (count = 3) =>
		String(
			(
				await row('batch', 'submit', submit, {
					items: itemsOf(...Array.from({ length: count }, (_, index) => `delivery ${index}`)),
				})
			).id,
		);

	test('of all input items is one item, paired with them all', async () => {
		const [item, ...others] = await execute('batch', 'submit', submit, {
			items: itemsOf('A delivery', 'billing'),
		});

		expect(others).toEqual([]);
		expect(item).toMatchObject({
			json: { id: expect.stringMatching(/^batch_/), status: 'queued', total_items: 2 },
			pairedItem: [{ item: 0 }, { item: 1 }],
		});
		expect((await bodies(/batches/))[0]).toEqual({
			operation: 'label',
			items: [{ content: 'A delivery' }, { content: 'billing' }],
			categories: ['billing', 'delivery', 'other'],
			multi_label: false,
		});
	});

	test.each<[string, INodeParameters, object]>([
		['extract', { extractionInstructions: 'Find it' }, { extraction_instructions: 'Find it' }],
		['summarize', { summaryInstructions: 'Short' }, { summary_instructions: 'Short' }],
		[
			'enrich',
			{ fieldsToAdd: { field: [{ name: 'mood', type: 'text' }] } },
			{ fields: [{ name: 'mood', type: 'text' }] },
		],
		['run', { promptTemplate: 'About {content}' }, { user_prompt_template: 'About {content}' }],
	])('does other work as well: %s', async (kind, parameters, expected) => {
		await row('batch', 'submit', { kind, content, ...parameters }, { items: itemsOf('x') });

		expect((await bodies(/batches/))[0]).toMatchObject({ operation: kind, ...expected });
	});

	test('of a file is one for each item', async () => {
		const csv = Buffer.from('content\n"One. Two. Three."\nFour.\n').toString('base64');
		const binary = { data: { data: csv, mimeType: 'text/csv', fileName: 'rows.csv' } };
		const submitted = await rows(
			'batch',
			'submit',
			{ from: 'file', kind: 'summarize', options: { temperature: 0.1 } },
			{ items: [{ json: {}, binary }, { json: {} }], continueOnFail: true },
		);

		expect(submitted).toMatchObject([
			{ operation: 'summarize', total_items: 2 },
			{ error: expect.stringContaining('binary') },
		]);
	});

	test('of a file fails alone where the values of the first item do not fit', async () => {
		const csv = Buffer.from('content\nOne.\n').toString('base64');
		const binary = { data: { data: csv, mimeType: 'text/csv', fileName: 'rows.csv' } };
		const submitted = await rows(
			'batch',
			'submit',
			{ from: 'file', kind: 'summarize', options: { temperature: '={{ $json.temperature }}' } },
			{
				items: [
					{ json: { temperature: 'hot' }, binary },
					{ json: { temperature: 0 }, binary },
				],
				continueOnFail: true,
			},
		);

		expect(submitted).toMatchObject([
			{ error: `'Temperature' must be a number, not "hot"` },
			{ total_items: 1 },
		]);
	});

	test('of items names the one that does not fit, and is not submitted', async () => {
		const items = [{ text: 'A delivery' }, { text: { wrong: true } }, { text: 'billing' }];
		const failure = await failureOf(row('batch', 'submit', submit, { items }));
		const failed = await execute('batch', 'submit', submit, { items, continueOnFail: true });

		expect(failure).toMatchObject({
			message: "'Content' must be text, not an object [item 1]",
			context: { itemIndex: 1 },
		});
		expect(failed.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			["'Content' must be text, not an object", { item: 1 }],
			['The batch was not submitted because of item 1', { item: 0 }],
			['The batch was not submitted because of item 1', { item: 2 }],
		]);
		expect(await sentLines(/batches/)).toEqual([]);
	});

	test('of a file is named where the file of a later item is missing', async () => {
		await settings({ batchMs: 60_000 });
		const data = Buffer.from('content\nOne.\n').toString('base64');
		const binary = { data: { data, mimeType: 'text/csv', fileName: 'rows.csv' } };
		const failure = await failureOf(
			execute(
				'batch',
				'submit',
				{ from: 'file', kind: 'summarize' },
				{ items: [{ json: {}, binary }, { json: {} }] },
			),
		);

		const id = /going on: (\S+)\.$/.exec(failure.description ?? '')?.[1];
		expect(await row('batch', 'get', { batchId: String(id) })).toMatchObject({ id });
	});

	test('is waited for, and comes out as items', async () => {
		await settings({ batchMs: 300 });
		const batchId = await newBatch();
		const ended = await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });

		expect(ended).toMatchObject({ status: 'completed', progress: 1 });
		expect(await row('batch', 'get', { batchId })).toEqual(ended);
		expect(await rows('batch', 'getOutput', { batchId })).toEqual(
			[0, 1, 2].map((index) => ({
				index,
				success: true,
				label: 'delivery',
				confidence: 1,
				error: null,
			})),
		);
		expect(
			await rows('batch', 'getOutput', { batchId, simplify: false, limit: 1, returnAll: false }),
		).toEqual([
			{ index: 0, success: true, result: { label: 'delivery', confidence: 1 }, error: null },
		]);
	});

	test('is looked for again where it is not found at first, and then once more', async () => {
		await settings({ batchMs: 300 });
		const batchId = await newBatch();
		const path = `/batches/${batchId}$`;
		await control.fault({ kind: 'status', status: 404, match: { path }, times: 2 });
		await control.fault({ kind: 'status', status: 404, match: { path }, times: 3, skip: 1 });

		expect(await row('batch', 'wait', { batchId })).toMatchObject({ status: 'completed' });
	});

	test.each([false, true])('comes out whole, on an older server: %s', async (older) => {
		const batchId = await newBatch(250);
		await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
		await settings({ older });

		expect(await rows('batch', 'getOutput', { batchId })).toHaveLength(250);
		expect(await sentLines(/output/)).toHaveLength(3);
	});

	test.each([
		['csv', 'text/csv', 251],
		['jsonl', 'application/x-ndjson', 250],
	])('comes out as a file of %s with all rows', async (outputAs, mimeType, lines) => {
		const batchId = await newBatch(250);
		await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
		const [{ json, binary }] = await execute('batch', 'getOutput', {
			batchId,
			outputAs,
			outputField: 'results',
		});
		const text = Buffer.from(binary?.results.data ?? '', 'base64').toString();

		expect(json).toEqual({ id: batchId, format: outputAs });
		expect(binary?.results).toMatchObject({ mimeType, fileName: `${batchId}.${outputAs}` });
		expect(text.trimEnd().split('\n')).toHaveLength(lines);
		expect(text.match(/index/g)).toHaveLength(outputAs === 'csv' ? 1 : 250);
	});

	test('comes out as a file of JSON', async () => {
		const batchId = await newBatch(120);
		await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
		const [{ binary }] = await execute('batch', 'getOutput', { batchId, outputAs: 'json' });
		const parsed = JSON.parse(Buffer.from(binary?.data.data ?? '', 'base64').toString());

		expect(parsed).toHaveLength(120);
	});

	describe('of a server that knows', () => {
		const resultsOf = (from: number, count: number) =>
			Array.from({ length: count }, (_, at) => ({ index: from + at, success: true, result: {} }));
		const answered = async (body: unknown, times: number | null = 1) =>
			await control.fault({ kind: 'status', status: 200, body, times, match: { path: '/output' } });

		test.each([100, 250])('no pages, is read once: %d rows', async (count) => {
			const batchId = await newBatch();
			await answered({ results: resultsOf(0, count) }, null);

			expect(await rows('batch', 'getOutput', { batchId })).toHaveLength(count);
		});

		test('smaller pages, is read to its end', async () => {
			const batchId = await newBatch();
			await answered({ offset: 0, limit: 2, results: resultsOf(0, 2) });
			await answered({ offset: 2, limit: 2, results: resultsOf(2, 1) });

			expect(await rows('batch', 'getOutput', { batchId })).toHaveLength(3);
		});

		test('smaller pages, and does not name their size', async () => {
			const batchId = await newBatch();
			for (const from of [0, 60]) await answered({ results: resultsOf(from, 60) });
			await answered({ results: resultsOf(120, 3) });
			await answered({ results: [] });

			expect(await rows('batch', 'getOutput', { batchId })).toHaveLength(123);
		});
	});

	describe('comes out as a file', () => {
		/** The file that these pages of the server make. */
		const fileOf = async (outputAs: string, pages: string[], encoding?: 'latin1') => {
			const batchId = await newBatch();
			// No page tells whether it is the last.
			for (const body of [...pages, '']) {
				await control.fault({ kind: 'malformed', body, encoding, match: { path: '/output' } });
			}
			const [{ binary }] = await execute('batch', 'getOutput', { batchId, outputAs });
			return Buffer.from(binary?.data.data ?? '', 'base64');
		};
		const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
		const BOM = '\uFEFF';

		test.each([
			['csv', 'a,b\r\n1,"two\r\nlines, ""q"""\r\n', 'a,b\n1,"two\r\nlines, ""q"""\n'],
			['csv', 'a,a,\n1,2,\n', 'a,a,\n1,2,\n'],
			['csv', 'a\n\n1\n\n\n2', 'a\n1\n2\n'],
			['csv', 'a,b\n', 'a,b\n'],
			['csv', '', ''],
			['jsonl', '{"a":"ü"}\n\n{"a":2}', '{"a":"ü"}\n{"a":2}\n'],
			['jsonl', '{"a":1}\r\n\r\n', '{"a":1}\n'],
			['jsonl', '', ''],
		])('%s: %j', async (outputAs, page, expected) => {
			expect((await fileOf(outputAs, [page])).toString()).toBe(expected);
		});

		test('of several pages of CSV with line ends in their rows', async () => {
			const page = numbers(100).map((index) => `${index},"a\n""b"""\r\n`);
			const file = await fileOf('csv', [`n,t\r\n${page.join('')}`, 'n,t\r\n100,"a\nb"\r\n']);

			expect(file.toString().match(/^\d+,"a$/gm)).toHaveLength(101);
			expect(file.toString().match(/n,t/g)).toHaveLength(1);
		});

		test.each([
			['csv', 'n\n'],
			['jsonl', ''],
		])('of pages of %s that are smaller than asked for', async (outputAs, head) => {
			const file = await fileOf(outputAs, [`${head}0\n1`, `${head}2\n3`, `${head}4`, head]);

			expect(file.toString()).toBe(`${head}0\n1\n2\n3\n4\n`);
		});

		test.each([
			['csv', 'n\n'],
			['jsonl', ''],
		])('of pages of %s that begin with a byte order mark, with one', async (outputAs, head) => {
			const first = numbers(100).join('\n');
			const file = await fileOf(outputAs, [`${BOM}${head}${first}`, `${BOM}${head}100`]);

			expect(file.toString()).toBe(`${BOM}${head}${first}\n100\n`);
		});

		test.each(['csv', 'jsonl'])('of %s that is not UTF-8, byte by byte', async (outputAs) => {
			const text = 'a\n"Grüße"\n';

			expect(await fileOf(outputAs, [text], 'latin1')).toEqual(Buffer.from(text, 'latin1'));
		});
	});

	describe('of a file', () => {
		const submitted = async (file: { content: string; encoding?: 'latin1' } & IDataObject) => {
			const { content: text, encoding = 'utf8', ...more } = file;
			const data = Buffer.from(text, encoding).toString('base64');
			const binary = { data: { data, mimeType: 'text/plain', ...more } };
			const { id, ...others } = await row(
				'batch',
				'submit',
				{ from: 'file', kind: 'summarize' },
				{ items: [{ json: {}, binary }] },
			);
			return { batchId: String(id), ...others };
		};

		test.each([
			['csv', 'content,note\r\n"One.\r\nTwo.",x\r\n\r\nThree.,\r\n', 2],
			['csv', '\uFEFFcontent\nOne.\nTwo.', 2],
			['csv', 'content,\nOne.,\n', 1],
			['jsonl', '{"content":"One."}\r\n\r\n{"content":"Two."}', 2],
			['jsonl', '\uFEFF{"content":"One."}\n', 1],
		])('of %s is taken whole: %j', async (ending, text, count) => {
			const { batchId } = await submitted({ content: text, fileName: `rows.${ending}` });
			await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
			const results = await rows('batch', 'getOutput', { batchId });

			expect(results.map(({ success }) => success)).toEqual(Array(count).fill(true));
		});

		test.each([
			['rows.csv', '', 'holds no items'],
			['rows.csv', 'content\n', 'holds no items'],
			['rows.csv', 'content\nOne.\n5" wide\n', 'is not valid in row 3'],
			['rows.jsonl', '\n', 'holds no items'],
			['rows.jsonl', '{"content":"One."}\n\n{"content":\n', 'is not valid in line 3'],
			['rows.json', '{', 'is not valid'],
		])('%s that is refused says why: %j', async (fileName, text, why) => {
			expect((await failureOf(submitted({ fileName, content: text }))).message).toMatch(
				new RegExp(`${fileName} ${why}$`),
			);
		});

		test('goes out byte by byte, whatever its encoding', async () => {
			const file = { content: 'content\nGrüße', encoding: 'latin1', fileName: 'rows.csv' } as const;

			expect((await failureOf(submitted(file))).message).toMatch(/rows.csv is not UTF-8$/);
		});

		test('is of its kind without a name too', async () => {
			const batch = await submitted({ content: 'content\nOne.', fileExtension: 'csv' });

			expect(batch).toMatchObject({ total_items: 1 });
		});
	});

	test('whose CSV changes its columns says so', async () => {
		const items = Array.from({ length: 150 }, (_, index) => ({ text: index < 100 ? '' : 'x' }));
		const submitted = await row('batch', 'submit', submit, { items });
		const batchId = String(submitted.id);
		await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
		const failure = await failureOf(row('batch', 'getOutput', { batchId, outputAs: 'csv' }));

		expect(failure.message).toBe('The CSV of this batch changes its columns on the way');
	});

	test('that fails fails the item, with the reason', async () => {
		await settings({ batchOutcome: 'failed' });
		const batchId = await newBatch();
		const failure = await failureOf(
			row('batch', 'wait', { batchId, options: { pollInterval: 1 } }),
		);

		expect(failure.message).toBe(`The batch ${batchId} ended as failed: The batch failed midway`);
	});

	test.each(['Cancelled', 'CANCELED', 'error', 'Expired'])('%s is an end', async (status) => {
		const batchId = await newBatch();
		await control.fault({ kind: 'status', status: 200, body: { id: batchId, status } });
		const failure = await failureOf(row('batch', 'wait', { batchId }));

		expect(failure.message).toMatch(new RegExp(`^The batch ${batchId} ended as ${status}`));
	});

	test.each(['Complete', 'COMPLETED', 'partially_completed', 'succeeded'])(
		'%s is a good end',
		async (status) => {
			const body = { id: 'b', status };
			await control.fault({ kind: 'status', status: 200, body });

			expect(await row('batch', 'wait', { batchId: 'b' })).toEqual(body);
		},
	);

	test('is cancelled', async () => {
		await settings({ batchOutcome: 'never' });
		const batchId = await newBatch();

		expect(await row('batch', 'cancel', { batchId })).toEqual({ id: batchId, cancelled: true });
		expect(await row('batch', 'get', { batchId })).toMatchObject({ status: 'cancelled' });
	});

	test.each([
		['getOutput', /does not show how to get the output of a batch/],
		['cancel', /does not show how to cancel a batch/],
	])('without a route for it in the instance: %s', async (operation, text) => {
		const batchId = await newBatch();
		const document = { openapi: '3.1.0', paths: { '/api/v1/batches/{id}': { get: {} } } };
		await control.fault({
			kind: 'status',
			status: 200,
			body: document,
			match: { path: 'openapi' },
		});
		const failure = await failureOf(row('batch', operation, { batchId }));

		expect(failure.message).toMatch(text);
		expect(await sentLines(/output|cancel/)).toEqual([]);
	});

	test('is submitted once, whatever becomes of the answer', async () => {
		await control.fault({ kind: 'reset-after', match: { path: '/batches' } });
		const failure = await failureOf(newBatch());

		expect(failure.description).toContain('Look for the batch in AgentFlow');
		expect(await sentLines(/batches/)).toHaveLength(1);
	});
});
