import { z } from 'zod/v4';
import { found } from '../errors.mts';
import { file } from '../fields.mts';
import type { Attachment } from '../records.mts';
import type { Router } from '../router.mts';
import { newId } from '../store.mts';
import type { Store } from '../store.mts';

const tag = 'attachments';

const AttachmentUpload = z.object({ file }).meta({ id: 'AttachmentUpload' });

export function attachmentRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/attachments',
		name: 'upload_attachment',
		tag,
		body: AttachmentUpload,
		encoding: 'multipart',
		handle: ({ body }) => {
			const attachment: Attachment = {
				id: newId('att'),
				filename: body.file.filename,
				content_type: body.file.type,
				content: body.file.content,
				created_at: new Date().toISOString(),
			};
			store.attachments.set(attachment.id, attachment);
			return view(attachment);
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/attachments/{attachment_id}',
		name: 'get_attachment',
		tag,
		handle: ({ params }) => view(found(store.attachments.get(params.attachment_id), 'Attachment')),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/attachments/{attachment_id}/download',
		name: 'download_attachment',
		tag,
		handle: async ({ params, reply }) => {
			const attachment = found(store.attachments.get(params.attachment_id), 'Attachment');
			const name = encodeURIComponent(attachment.filename);
			return await reply
				.type(attachment.content_type)
				.header('content-disposition', `attachment; filename*=UTF-8''${name}`)
				.send(attachment.content);
		},
	});
}

function view({ content, ...attachment }: Attachment) {
	return { ...attachment, size: content.length };
}
