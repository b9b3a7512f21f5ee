import { z } from 'zod/v4';
import { ApiError, found } from '../errors.mts';
import { name, text } from '../fields.mts';
import type { PromptBlock } from '../records.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const tag = 'prompt blocks';

const fields = {
	description: text,
	message: z.enum(['system', 'user']),
	/** Dynamic blocks are code on the server: the API makes static ones only. */
	type: z.literal('static'),
	mode: z.enum(['cached', 'real_time']),
	scope: z.enum(['conversation', 'turn']),
	tags: z.array(text),
	order: z.number().int(),
	ttl: z.number().int().min(0).nullable(),
	agents: z.array(text),
	enabled: z.boolean(),
	body: text,
};

const PromptBlockUpdate = z.object(fields).partial().meta({ id: 'PromptBlockUpdate' });

const PromptBlockCreate = z
	.object({
		name,
		...fields,
		description: fields.description.default(''),
		message: fields.message.default('system'),
		type: fields.type.default('static'),
		mode: fields.mode.default('cached'),
		scope: fields.scope.default('conversation'),
		tags: fields.tags.default([]),
		order: fields.order.default(0),
		ttl: fields.ttl.default(null),
		agents: fields.agents.default([]),
		enabled: fields.enabled.default(true),
	})
	.meta({ id: 'PromptBlockCreate' });

const PromptBlockPreview = z
	.object({ agent_name: text, body: text.nullish() })
	.meta({ id: 'PromptBlockPreview' });

export function promptBlockRoutes(router: Router, store: Store): void {
	const known = (blockName: string) => found(store.promptBlocks.get(blockName), 'Prompt block');

	router.add({
		method: 'GET',
		path: '/api/v1/prompt-blocks',
		name: 'list_prompt_blocks',
		tag,
		handle: () => {
			const blocks = [...store.promptBlocks.values()].map(({ body: _body, ...block }) => block);
			return store.settings.older ? blocks : { blocks };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/prompt-blocks',
		name: 'create_prompt_block',
		tag,
		body: PromptBlockCreate,
		handle: ({ body }) => {
			if (store.promptBlocks.has(body.name)) {
				throw new ApiError(409, `Prompt block ${body.name} already exists`);
			}
			return addPromptBlock(store, body);
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/prompt-blocks/{name}',
		name: 'get_prompt_block',
		tag,
		handle: ({ params }) => known(params.name),
	});

	router.add({
		method: 'PATCH',
		path: '/api/v1/prompt-blocks/{name}',
		name: 'update_prompt_block',
		tag,
		body: PromptBlockUpdate,
		handle: ({ params, body }) => Object.assign(known(params.name), body),
	});

	router.add({
		method: 'DELETE',
		path: '/api/v1/prompt-blocks/{name}',
		name: 'delete_prompt_block',
		tag,
		handle: ({ params }) => {
			const block = known(params.name);
			store.promptBlocks.delete(block.name);
			return { message: 'Prompt block deleted', name: block.name };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/prompt-blocks/{name}/preview',
		name: 'preview_prompt_block',
		tag,
		body: PromptBlockPreview,
		handle: ({ params, body }) => {
			const block = known(params.name);
			const agent = [...store.agents.values()].find((one) => one.name === body.agent_name);
			const template = body.body ?? block.body;
			const filled = template.replaceAll('{agent_name}', found(agent, 'Agent').name);
			return {
				name: block.name,
				status: block.enabled ? 'ok' : 'disabled',
				body: filled,
				wrapped: `<${block.name}>\n${filled}\n</${block.name}>`,
			};
		},
	});
}

export function addPromptBlock(store: Store, block: PromptBlock): PromptBlock {
	store.promptBlocks.set(block.name, block);
	return block;
}
