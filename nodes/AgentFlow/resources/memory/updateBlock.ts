import { hasStatus, PlatformError } from '../../../shared/errors';
import { settle } from '../../../shared/settle';
import type { MemoryOwner } from '../../api';
import { asItems } from '../../output';
import { memoryBlockSchema, type MemoryBlock } from '../../schemas';
import { operation, type Session } from '../../session';
import { blockFields, ownerOf } from './fields';

/** Writes of others that an overwrite goes against before it gives up. */
const MOST_TRIES = 5;

type Change = 'append' | 'prepend' | 'replace';

export const updateBlock = operation({
	value: 'updateBlock',
	name: 'Update Block',
	action: 'Update a memory block',
	description: 'Write what is remembered, without losing what somebody else writes meanwhile',
	parameters: [
		...blockFields,
		{
			displayName: 'Change',
			name: 'change',
			type: 'options',
			options: [
				{ name: 'Append', value: 'append', description: 'Add lines at the end' },
				{ name: 'Prepend', value: 'prepend', description: 'Add lines at the beginning' },
				{ name: 'Replace', value: 'replace', description: 'Write the whole block anew' },
			],
			default: 'append',
			description: 'What to do with the content that is there',
		},
		{
			displayName: 'Content',
			name: 'content',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Prefers short answers',
			description:
				'One line for each thing to remember. Core memory holds 4,000 characters and 20 lines, archival memory 8,000 characters.',
		},
		{
			displayName: 'Overwrite',
			name: 'overwrite',
			type: 'boolean',
			default: false,
			description:
				'Whether to make the change all the same when somebody else has changed the block meanwhile',
		},
	],
	output: memoryBlockSchema,
	async execute(values, { session }) {
		const { block, change, content, overwrite } = values;
		const owner = await ownerOf(session, values);
		for (let attempt = 1; ; attempt++) {
			const before = await read(session, block, owner);
			const wanted = applied(before?.content ?? '', change, content);
			const written = await settle(
				async () => await session.api.memory.put(block, owner, wanted, before?.updated_at ?? null),
			);
			if ('value' in written) return asItems(written.value);
			if (!hasStatus(written.error, 409)) throw written.error;
			const now = await read(session, block, owner);
			// The write may have gone through although its answer got lost.
			if (now && now.content === wanted) return now;
			if (!overwrite || attempt === MOST_TRIES) throw lost(now, wanted, overwrite);
		}
	},
});

/** The block as it is, or undefined where there is none yet. */
async function read(
	{ api }: Session,
	block: string,
	owner: MemoryOwner,
): Promise<MemoryBlock | undefined> {
	const found = await settle(async () => await api.memory.get(block, owner));
	if ('value' in found) return found.value;
	if (hasStatus(found.error, 404)) return undefined;
	throw found.error;
}

function applied(before: string, change: Change, content: string): string {
	if (change === 'replace' || before === '') return content;
	const lines = [before.replace(/\n+$/, ''), content];
	return (change === 'append' ? lines : lines.reverse()).join('\n');
}

/** Says who won: AgentFlow tells when and what was written, but not by whom. */
function lost(now: MemoryBlock | undefined, wanted: string, overwrite: boolean): PlatformError {
	const what = now
		? `Somebody else changed the memory block at ${now.updated_at ?? 'an unknown time'}; theirs counts`
		: 'Somebody else deleted the memory block meanwhile';
	return new PlatformError(what, {
		status: 409,
		fix: `It now holds: ${JSON.stringify(now?.content ?? '')}. Not written: ${JSON.stringify(wanted)}. Run the node again${overwrite ? '' : ', or switch Overwrite on'}.`,
	});
}
