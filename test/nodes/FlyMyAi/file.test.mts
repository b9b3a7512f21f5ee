// Resource File (docs/contracts/flymyai.md, Files).
import { expect, test } from '@jest/globals';
import axios from 'axios';
import type { INodeExecutionData } from 'n8n-workflow';
import { API, execute, failureOf, rows, sent, useSandbox } from './support.mts';

useSandbox();

const BYTES = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0d, 0x0a]);

const withFile = (field = 'data'): INodeExecutionData => ({
	json: {},
	binary: {
		[field]: {
			data: BYTES.toString('base64'),
			mimeType: 'application/pdf',
			fileName: 'Bericht für Ärzte.pdf',
		},
	},
});

const served = async (url: unknown) =>
	await axios.get<Buffer>(String(url), { responseType: 'arraybuffer' });

test('Upload sends the bytes, the type and the name, and answers the URL', async () => {
	const items = await execute('file', 'upload', {}, { items: [withFile()] });

	const [request] = await sent();
	expect(request).toMatchObject({ method: 'POST', path: `${API}/agent-file-chat-upload/` });
	expect(request.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
	expect(items[0].pairedItem).toEqual({ item: 0 });
	expect(items[0].json.external_id).toMatch(/^[\da-f-]{36}$/);
	const { data, headers } = await served(items[0].json.public_url);
	expect(BYTES.equals(data)).toBe(true);
	expect(headers['content-type']).toBe('application/pdf');
	expect(decodeURIComponent(String(items[0].json.public_url))).toMatch(/Bericht für Ärzte\.pdf$/);
});

test('Upload takes another field, name and external ID', async () => {
	const [uploaded] = await rows(
		'file',
		'upload',
		{
			binaryProperty: 'scan',
			options: { externalId: '={{ "order-" + 7 }}', fileName: 'scan.pdf' },
		},
		{ items: [withFile('scan')] },
	);

	expect(uploaded.external_id).toBe('order-7');
	expect(uploaded.public_url).toMatch(/\/scan\.pdf$/);
});

test('Upload keeps the ending of a file without a name', async () => {
	const { json, binary } = withFile();
	const nameless = { ...binary?.data, fileName: undefined, fileExtension: 'pdf' };
	const [uploaded] = await rows(
		'file',
		'upload',
		{},
		{ items: [{ json, binary: { data: nameless } } as INodeExecutionData] },
	);

	expect(uploaded.public_url).toMatch(/\/file\.pdf$/);
});

test('Upload names the field that holds no file, and the item', async () => {
	const items = [withFile(), withFile('other')];
	const failure = await failureOf(execute('file', 'upload', {}, { items }));

	expect(failure.message).toMatch(/'data'/);
	expect(failure.context.itemIndex).toBe(1);
});
