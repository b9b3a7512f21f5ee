// What n8n's nodes panel and canvas make of the built nodes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';

const { nodes } = loadContents(rootFolder, readManifest(rootFolder));
const aliasesOf = (file: string): string[] =>
	JSON.parse(readFileSync(join(rootFolder, file.replace(/\.js$/, '.json')), 'utf8')).alias;

/** n8n makes one entry of a node and the trigger that is named after it. */
const merged = nodes.flatMap((node) => {
	const trigger = nodes.find(
		({ description: { name } }) => name === `${node.description.name}Trigger`,
	);
	return trigger ? [[node.description.displayName, node, trigger] as const] : [];
});

test('every platform has a node and a trigger in one entry', () => {
	expect(merged.map(([name]) => name).sort()).toEqual([
		'AgentFlow',
		'FlowMaestro',
		'FlyMyAI',
		'PyFlue',
	]);
});

describe.each(merged)('%s and its trigger', (name, node, trigger) => {
	test('are both in the description, which is the trigger’s', () => {
		expect(trigger.description.description).toMatch(/^(?!Starts).+, or start the workflow when /);
		expect(trigger.description.description).toContain(name);
	});

	test('are both found, by the aliases of the node', () => {
		expect(aliasesOf(node.file)).toEqual(expect.arrayContaining(aliasesOf(trigger.file)));
	});
});

/** As n8n searches: the letters of the words in their order, in a name or an alias. */
const finds = (words: string, text: string): boolean => {
	let at = -1;
	return [...words].every((letter) => (at = text.toLowerCase().indexOf(letter, at + 1)) >= 0);
};

test.each([
	['AgentFlow', ['approve', 'approval', 'human in the loop', 'prompt an agent']],
	['FlowMaestro', ['execute a workflow', 'execute workflow', 'execute workflow flowmaestro']],
	['FlyMyAI', ['start a run', 'freeze a run', 'follow up', 'upload a file', 'configure tool']],
	['FlyMyAI', ['run failed', 'when an agent finishes']],
	['PyFlue', ['prompt an agent', 'run failed', 'run a workflow']],
])('%s is found by what people search for', (name, searches) => {
	const entry = merged.find(([displayName]) => displayName === name);
	const texts = entry ? [name, ...aliasesOf(entry[1].file)] : [];

	for (const words of searches) {
		expect({ words, found: texts.filter((text) => finds(words, text)) }).toEqual({
			words,
			found: expect.arrayContaining([expect.any(String)]),
		});
	}
});
