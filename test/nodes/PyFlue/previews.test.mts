// What the editor shows of each operation before it has run, against what it then puts out.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { resources } from '../../../nodes/PyFlue/resources/index.ts';
import { isObject } from '../../../nodes/shared/json.ts';
import { expectToFit, previewsOf } from '../../support/previews.mts';
import {
	api,
	byId,
	byName,
	control,
	newRuns,
	rows,
	runOf,
	started,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** The part of a preview that the editor reads. */
interface Shown {
	properties?: Record<string, Shown>;
}

/** The parameters without which the operation cannot do, with what has to be there before. */
const forms: Record<string, () => Promise<INodeParameters>> = {
	'admin getAgents': async () => {
		await newRuns();
		return {};
	},
	'admin getInstances': async () => {
		await newRuns({ workflow: 'a' });
		return { name: byName('a') };
	},
	'admin getInstanceRuns': async () => {
		await api.post('/agents/classify/default', { text: 'Hi.' });
		return { name: byName('classify') };
	},
	'agent abortSession': async () => ({ sessionId: 'x' }),
	'agent call': async () => ({ agent: byName('classify') }),
	'agent dispatch': async () => ({ agent: byName('assistant') }),
	'agent getAll': async () => ({}),
	'agent prompt': async () => ({ agent: byName('assistant'), message: 'Hi.' }),
	'run get': async () => ({ run: byId(await started('divide', { b: 1 })) }),
	'run getAll': async () => {
		await newRuns({ count: 2 });
		return {};
	},
	'run getEvents': async () => ({ run: byId(await started('divide', { b: 1 })) }),
	'run getReport': async () => ({ run: byId(await started('divide', { b: 1 })) }),
	'run wait': async () => ({ run: byId(await started('divide', { b: 1 })) }),
	'workflow run': async () => runOf('divide', { a: 1, b: 2 }),
};

const previews = previewsOf(resources);

const previewOf = (resource: string, operation: string): Shown => {
	const found = previews.find((one) => one.resource === resource && one.value === operation);
	if (!found) throw new Error(`${resource} ${operation} has no preview`);
	return found.preview as Shown;
};

/** The paths of the fields that are shown. */
const shownIn = ({ properties }: Shown, path = ''): string[] =>
	properties === undefined
		? [path]
		: Object.entries(properties).flatMap(([key, inner]) => shownIn(inner, `${path}.${key}`));

/** The paths of the fields that there are, as deep as fields are shown; null has all of them. */
const heldBy = (value: unknown, shown: Shown = {}, path = ''): string[] =>
	isObject(value) && shown.properties !== undefined
		? Object.entries(value).flatMap(([key, inner]) =>
				heldBy(inner, shown.properties?.[key], `${path}.${key}`),
			)
		: value === null
			? shownIn(shown, path)
			: [path];

const expectToBe = (shown: Shown, item: IDataObject): void => {
	expectToFit(shown, item);
	expect(heldBy(item, shown).sort()).toEqual(shownIn(shown).sort());
};

describe('the preview', () => {
	test.each(previews)('of $resource $value is what it puts out', async ({ resource, value }) => {
		const parameters = await forms[`${resource} ${value}`]();
		const items = await rows(resource, value, parameters);

		expect(items.length).toBeGreaterThan(0);
		for (const item of items) expectToBe(previewOf(resource, value), item);
	});

	test('fits a run that failed, one that goes on, and one whose result is text', async () => {
		await newRuns({ status: 'failed', error: { type: 'quota', message: 'No.', meta: { a: 1 } } });
		await newRuns({ status: 'failed' });
		await newRuns({ status: 'running' });
		await newRuns({ result: 'text' });
		const items = await rows('run', 'getAll');

		expect(items).toHaveLength(4);
		for (const item of items) expectToFit(previewOf('run', 'getAll'), item);
	});

	test('fits an answer that was streamed', async () => {
		const parameters = { agent: byName('assistant'), message: 'Hi.' };
		const [item] = await rows('agent', 'prompt', parameters, { streaming: true });

		expect(item).toMatchObject({ usage: null, model: null });
		expectToBe(previewOf('agent', 'prompt'), item);
	});
});
