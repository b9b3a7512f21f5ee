// What the `custom_class` tools compute when they are called directly.
import { badRequest } from './errors.mts';
import type { JsonObject, Tool } from './records.mts';

type Action = (args: JsonObject, tool: Tool) => unknown;

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const HANDBOOK = [
	'Refunds are paid within five working days after the goods came back.',
	'Passwords are reset over the link in the login form; support never asks for one.',
	'Parcels are handed over to the carrier on the next working day.',
	'Invoices are sent by e-mail on the first day of each month.',
];

const MOST_RESULTS = 5;

const ACTIONS: Record<string, Record<string, Action>> = {
	tavily: {
		search: (args) => {
			const query = textOf(args, 'query');
			const { max_results: most = MOST_RESULTS } = args;
			if (typeof most !== 'number') throw badRequest("'max_results' must be a number");
			const results = ['about', 'news', 'report'].map((page, index) => ({
				title: `${query}: ${page}`,
				url: `https://www.example.com/${encodeURIComponent(query)}/${page}`,
				content: `What a page would say about ${query}. (Made up by the local stand-in.)`,
				score: Number((0.9 - index / 10).toFixed(1)),
			}));
			return { query, results: results.slice(0, most) };
		},
	},
	text_tools: {
		ping: () => ({ pong: true }),
		statistics: (args) => {
			const text = textOf(args, 'text');
			const words = text.split(/\s+/).filter((word) => word !== '');
			const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
			return { characters: text.length, words: words.length, longest_word: longest };
		},
		search: (args) => {
			const query = textOf(args, 'query').toLowerCase();
			const sentences =
				args.text === undefined ? HANDBOOK : textOf(args, 'text').split(/(?<=[.!?])\s+/);
			return { results: sentences.filter((sentence) => sentence.toLowerCase().includes(query)) };
		},
	},
	calculator: {
		add: (args) => ({ result: sum(numbersOf(args)) }),
		multiply: (args) => ({ result: numbersOf(args).reduce((a, b) => a * b, 1) }),
		average: (args) => {
			const numbers = numbersOf(args);
			return { result: sum(numbers) / numbers.length };
		},
	},
	calendar: {
		add_days: (args) => {
			const { days } = args;
			if (typeof days !== 'number') throw badRequest("'days' must be a number");
			return { date: isoDate(dateOf(args, 'date') + days * DAY_MS) };
		},
		days_between: (args) => ({ days: (dateOf(args, 'to') - dateOf(args, 'from')) / DAY_MS }),
		weekday: (args, { user_config: { week_start: start } }) => {
			const day = new Date(dateOf(args, 'date')).getUTCDay();
			const first = WEEKDAYS.findIndex((name) => name === start);
			return { weekday: WEEKDAYS[day], day_of_week: ((day - first + 7) % 7) + 1 };
		},
	},
};

/** Throws the contract's 400 for an unknown action or arguments it cannot work with. */
export function callAction(tool: Tool, name: string, args: JsonObject): unknown {
	const actions = ACTIONS[tool.mcp_tool] ?? {};
	const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
	if (!action) {
		const known = Object.keys(actions).join(', ');
		throw badRequest(`Unknown action "${name}". This tool has: ${known}.`);
	}
	return action(args, tool);
}

function textOf(args: JsonObject, name: string): string {
	const value = args[name];
	if (typeof value !== 'string') throw badRequest(`'${name}' must be text`);
	return value;
}

function numbersOf({ numbers }: JsonObject): number[] {
	const given: unknown[] = Array.isArray(numbers) ? numbers : [];
	const read = given.filter((value) => typeof value === 'number');
	if (read.length === 0 || read.length < given.length) {
		throw badRequest("'numbers' must be a list of numbers");
	}
	return read;
}

function dateOf(args: JsonObject, name: string): number {
	const value = args[name];
	const time = typeof value === 'string' ? Date.parse(`${value}T00:00:00Z`) : NaN;
	if (Number.isNaN(time)) throw badRequest(`'${name}' must be a date such as 2026-05-23`);
	return time;
}

function isoDate(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}

function sum(numbers: number[]): number {
	return numbers.reduce((a, b) => a + b, 0);
}
