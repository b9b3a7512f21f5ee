// A run in a chat that streams: its tool calls as they happen, then its answer.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import {
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	result,
	startOf,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** What the chat gets to read while an agent runs: the words, and the ends of the answer. */
const said = async (agent: string, options: INodeParameters = {}) => {
	const { chunks } = await result(
		'run',
		'start',
		{ agent: byId(agent), options },
		{ streaming: true, continueOnFail: true },
	);
	return chunks.map(({ type, content }) => content ?? type);
};

describe('the answer', () => {
	test.each([
		['text as it is', 'All well', 'All well'],
		['the only part of an object', { summary: 'All well' }, 'All well'],
		['a list in lines', ['one', 'two'], '- one\n- two'],
		[
			'several parts under their names',
			{ summary: 'All well', key_findings: ['one'] },
			'**Summary**\n\nAll well\n\n**Key Findings**\n\n- one',
		],
		['nothing, in words', null, 'No output'],
		['an empty object, in words', {}, 'No output'],
		['an empty list, in words', [], 'No output'],
		['an empty part, in words', { summary: '' }, 'No output'],
	])('is %s', async (_, output, answer) => {
		const agent = await newAgent({}, { result: output });

		expect(await said(agent)).toEqual(['begin', '*Called think*\n\n', answer, 'end']);
	});
});

test('a run that fails leaves its answer open no longer', async () => {
	const agent = await newAgent({}, { outcome: 'failed', error: 'Out of budget' });

	expect(await said(agent)).toEqual(['begin', '*Called think*\n\n', 'end']);
});

test('a run that fails gives the chat its reason beside the advice', async () => {
	const agent = await newAgent({}, { outcome: 'failed', error: 'Out of budget' });
	const failed = async (streaming: boolean) =>
		(await failureOf(execute('run', 'start', startOf(agent), { streaming }))).description;

	// All that n8n shows in the chat.
	expect(await failed(true)).toMatch(/^The run [a-z-]+ ended as failed: Out of budget\n\n.*/);
	expect(await failed(false)).not.toContain('Out of budget');
});

test('a run that fails is named with its reason where it is to be returned', async () => {
	const agent = await newAgent({}, { outcome: 'failed', error: 'Out of budget' });
	const chunks = await said(agent, { onRunFailure: 'return' });

	expect(chunks.at(-2)).toMatch(/^The run [a-z-]+ is failed: Out of budget$/);
});

test('a run that has not ended in time is named', async () => {
	const agent = await newAgent({}, { outcome: 'never' });
	const chunks = await said(agent, { maxWait: 1, onMaxWait: 'return' });

	expect(chunks.at(-2)).toMatch(/^The run [a-z-]+ is running\.$/);
	expect(chunks.at(-1)).toBe('end');
});
