import type { JsonObject, Tool } from './records.mts';
import { classify } from './textWork.mts';

const ORDERS: Record<string, string> = {
	'1001': 'delivered on 2026-03-02',
	'1002': 'on its way, expected 2026-03-09',
	'1003': 'waiting for payment',
};

/** What the seeded tools do, by name. Nothing leaves the computer. */
const performers: Record<string, (args: JsonObject) => unknown> = {
	lookup_order: ({ order_number: number }) => {
		const digits = String(number).replaceAll(/\D/g, '');
		return { order_number: digits, status: ORDERS[digits] ?? 'unknown order' };
	},
	send_email: (args) => ({ sent: true, ...args, note: 'The stand-in sends nothing.' }),
	create_task: ({ title }) => ({ title, status: 'open' }),
	count_words: ({ text }) => ({ words: String(text).split(/\s+/).filter(Boolean).length }),
	rate_priority: ({ text }) => classify(String(text), ['low', 'normal', 'urgent']),
};

/** A registered tool's Python code is not run here: its answer says so and repeats the arguments. */
export function perform(tool: Tool, args: JsonObject): unknown {
	const performer = performers[tool.name];
	if (performer) return performer(args);
	return { tool: tool.name, arguments: args, note: 'The stand-in does not run Python code.' };
}
