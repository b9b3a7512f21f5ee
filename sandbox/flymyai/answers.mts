import { uploadedFile } from './files.mts';
import { placeholders } from './placeholders.mts';
import { isProse } from './prose.mts';
import type { Topic } from './prose.mts';
import type { JsonObject, UploadedFile } from './records.mts';
import { SchemaFiller } from './schemaFiller.mts';

export interface Question {
	agentName: string;
	/** Of the agent, placeholders unfilled. */
	goal: string;
	/** Defaults included. */
	variables: JsonObject;
	outputSchema: JsonObject | null;
	/** Messages the user added after earlier rounds. */
	followUps: string[];
	files: ReadonlyMap<string, UploadedFile>;
}

const FREE_TEXT: JsonObject = { type: 'object', properties: { text: { type: 'string' } } };
const NOTE = '(Made up by the local stand-in, not by a real agent.)';

/**
 * The `agent_result` of a completed run: an object that fits the output schema, the same for the
 * same question. Its last free text ends with the note that no agent wrote it.
 */
export function answer(question: Question): JsonObject {
	const schema = question.outputSchema ?? FREE_TEXT;
	const filler = new SchemaFiller(topicOf(question), schema);
	const result = filler.object(schema);

	const main = Object.entries(filler.properties(schema)).findLast(isProse)?.[0];
	if (main !== undefined) {
		const followUp = question.followUps.at(-1);
		const opening = followUp === undefined ? '' : `Following your message “${followUp}”: `;
		return { ...result, [main]: `${opening}${String(result[main])} ${NOTE}` };
	}
	return schema.additionalProperties === false ? result : { ...result, note: NOTE };
}

function topicOf({ agentName, goal, variables, files }: Question): Topic {
	const texts = [...placeholders(goal), ...Object.keys(variables)]
		.map((name) => variables[name])
		.filter((value) => typeof value === 'string');
	const file = texts.map((text) => uploadedFile(files, text)).find((found) => found !== undefined);
	const plain = texts.find((text) => !/^https?:/.test(text));
	const subject = file?.name ?? shorten(plain ?? texts[0] ?? agentName);
	const { length: goalWords } = goal.split(/\s+/).filter((word) => word !== '');
	return {
		subject,
		slug:
			subject
				.toLowerCase()
				.replace(/[^a-z0-9]+/g, '-')
				.replace(/^-|-$/g, '') || 'topic',
		question: JSON.stringify(variables).toLowerCase(),
		variables,
		goalWords,
		...(file ? { file: describeFile(file) } : {}),
	};
}

/** A host of a URL, the first words of a long text. */
function shorten(text: string): string {
	const host = /^https?:\/\/(?:www\.)?([^/?#:]+)/.exec(text)?.[1];
	if (host !== undefined) return host;
	const words = text.trim().split(/\s+/);
	return words.length > 6 ? `“${words.slice(0, 6).join(' ')} …”` : words.join(' ');
}

function describeFile({ name, content }: UploadedFile): Topic['file'] {
	const text = content.subarray(0, 4000).toString('utf8');
	// Text has no NUL and decodes without replacement characters (but for a cut one at the end).
	const isText = !text.includes('\0') && !text.slice(0, -1).includes('\uFFFD');
	const opening = isText ? text.trim().split(/\s+/).slice(0, 12).join(' ') : undefined;
	return { name, size: `${content.length.toLocaleString('en')} bytes`, opening };
}
