import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { baseUrlOf } from './baseUrl.mts';
import { ApiError } from './errors.mts';
import type { UploadedFile } from './records.mts';
import type { Store } from './store.mts';

const MEDIA_PREFIX = '/media/agent-files/';
const MAX_FILE_BYTES = 512 * 1024 * 1024;

export function fileRoutes(api: FastifyInstance, store: Store): void {
	void api.register(multipart, { limits: { fileSize: MAX_FILE_BYTES } });

	api.post('/agent-file-chat-upload/', async (request) => {
		if (!request.isMultipart()) {
			const type = request.headers['content-type'] ?? '';
			throw new ApiError(415, { detail: `Unsupported media type "${type}" in request.` });
		}
		let file: UploadedFile | undefined;
		let externalId: string | undefined;
		for await (const part of request.parts()) {
			if (part.type === 'file') {
				const content = await part.toBuffer();
				if (part.fieldname === 'file') {
					file = { name: part.filename, type: part.mimetype, content };
				}
			} else if (part.fieldname === 'external_id') {
				externalId = String(part.value);
			}
		}
		if (!file || !externalId) {
			throw new ApiError(400, {
				...(file ? {} : { file: ['No file was submitted.'] }),
				...(externalId ? {} : { external_id: ['This field is required.'] }),
			});
		}
		const path = `${MEDIA_PREFIX}${randomUUID()}/${encodeURIComponent(file.name)}`;
		store.files.set(path, file);
		return { public_url: `${baseUrlOf(request)}${path}`, external_id: externalId };
	});
}

/** Serves uploaded files back, without a key: their URLs are public. */
export function mediaRoute(server: FastifyInstance, store: Store): void {
	server.get(`${MEDIA_PREFIX}*`, async (request, reply) => {
		const file = uploadedFile(store.files, request.url);
		if (!file) return await reply.code(404).type('text/plain').send('No such file.');
		return await reply.type(file.type).send(file.content);
	});
}

/** The uploaded file a URL or path names, if any. */
export function uploadedFile(
	files: ReadonlyMap<string, UploadedFile>,
	url: string,
): UploadedFile | undefined {
	const start = url.indexOf(MEDIA_PREFIX);
	return start === -1 ? undefined : files.get(url.slice(start).replace(/[?#].*$/, ''));
}
