// Ticks of the triggers of one workflow, for which n8n keeps one context that ends with the first.
import { expect, test } from '@jest/globals';
import { NodeApiError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { PlatformError } from '../../nodes/shared/errors.ts';
import { pollInStep } from '../../nodes/shared/runs/inStep.ts';

const ITEMS: INodeExecutionData[][] = [[{ json: { id: 'a' } }]];

const trigger = (name: string, { workflow = 'w', mode = 'trigger', id = name } = {}) =>
	({
		getMode: () => mode,
		getWorkflow: () => ({ id: workflow, active: true }),
		getNode: () => ({ id, name, type: 't', typeVersion: 1, position: [0, 0], parameters: {} }),
	}) as unknown as IPollFunctions;

/** Work that lasts until it is told to end; notes in which order ticks are handed back. */
function stage() {
	const order: string[] = [];
	const tick = (name: string, context: IPollFunctions, fails = false) => {
		const end = new AbortController();
		const handedBack = pollInStep(context, async () => {
			await new Promise((resolve) => end.signal.addEventListener('abort', resolve));
			order.push(`${name} worked`);
			if (fails) throw new PlatformError('no', { status: 500 });
			return ITEMS;
		}).finally(() => order.push(`${name} back`));
		return { end: () => end.abort(), handedBack };
	};
	return { order, tick };
}

const later = async () => await new Promise((resolve) => setImmediate(resolve));

test('a tick that comes while the last one works waits for it, and does nothing', async () => {
	const { order, tick } = stage();
	const first = tick('first', trigger('T'));
	const second = tick('second', trigger('T'));
	await later();
	expect(order).toEqual([]);
	first.end();

	expect(await first.handedBack).toBe(ITEMS);
	expect(await second.handedBack).toBeNull();
	expect(order).toEqual(['first worked', 'first back', 'second back']);
});

test('the next tick after that works again', async () => {
	const { tick } = stage();
	for (let count = 0; count < 2; count++) {
		const one = tick('one', trigger('T'));
		one.end();
		expect(await one.handedBack).toBe(ITEMS);
	}
});

test('no trigger of a workflow returns before the others have done their work', async () => {
	const { order, tick } = stage();
	const quick = tick('quick', trigger('A'));
	const slow = tick('slow', trigger('B'));
	const elsewhere = tick('elsewhere', trigger('A', { workflow: 'other' }));
	quick.end();
	elsewhere.end();
	await elsewhere.handedBack;
	await later();
	expect(order).toEqual(['quick worked', 'elsewhere worked', 'elsewhere back']);
	slow.end();

	expect(await quick.handedBack).toBe(ITEMS);
	expect(await slow.handedBack).toBe(ITEMS);
});

test('a tick that fails holds up no other, and fails by itself', async () => {
	const { tick } = stage();
	const failing = tick('failing', trigger('A'), true);
	const sound = tick('sound', trigger('B'));
	const second = tick('second', trigger('A'));
	failing.end();
	sound.end();

	await expect(failing.handedBack).rejects.toBeInstanceOf(NodeApiError);
	expect(await sound.handedBack).toBe(ITEMS);
	expect(await second.handedBack).toBeNull();
});

test('two nodes with the same id both work', async () => {
	const { tick } = stage();
	const [one, other] = ['A', 'A1'].map((name) => tick(name, trigger(name, { id: 'same' })));
	one.end();
	other.end();

	expect(await one.handedBack).toBe(ITEMS);
	expect(await other.handedBack).toBe(ITEMS);
});

test('a test event in the editor waits for nothing', async () => {
	const { tick } = stage();
	const active = tick('active', trigger('A'));
	const manual = tick('manual', trigger('A', { mode: 'manual' }));
	manual.end();
	expect(await manual.handedBack).toBe(ITEMS);
	active.end();
	await active.handedBack;
});
