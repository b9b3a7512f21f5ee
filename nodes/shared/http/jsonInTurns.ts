import type { Json } from '../json';
import { parseAnswer, type Answer } from './notNumbers';
import { sleep } from '../timer';

/** So much text is parsed at once: a few milliseconds, whatever it holds. */
const PART = 256 * 1024;
/** How long the parser works before it lets others work. */
const TURN_MS = 10;
/** Deeper than this, what is left is parsed at once. */
const MOST_DEPTH = 50;

const SPACES = ' \t\n\r';

/** As `parseAnswer`, but a large text is parsed in parts, between which n8n does its other work. */
export async function parseInTurns(text: string): Promise<Answer> {
	if (text.length <= PART) return parseAnswer(text);
	try {
		return { ok: true, value: await new Parts(text).parse(), nulled: [] };
	} catch {
		// What is no JSON may be nearly that, and if not, JSON.parse knows the place.
		return parseAnswer(text);
	}
}

class Parts {
	private at = 0;
	private turnBegan = performance.now();

	constructor(private readonly text: string) {}

	async parse(): Promise<Json> {
		const value = await this.value(0);
		if (this.skipSpaces() !== undefined) throw new SyntaxError();
		return value;
	}

	private async value(depth: number): Promise<Json> {
		const opening = this.skipSpaces();
		if (depth < MOST_DEPTH && opening === '[') return await this.list(depth);
		if (depth < MOST_DEPTH && opening === '{') return await this.object(depth);
		const from = this.at;
		this.at = this.endOfMember(Infinity) ?? this.text.length;
		return await this.part(from, this.at);
	}

	private async list(depth: number): Promise<Json[]> {
		const list: Json[] = [];
		await this.members(']', async (from, to) => {
			const part =
				to === undefined ? [await this.value(depth + 1)] : await this.part(from, to, '[]');
			for (const entry of part as Json[]) list.push(entry);
		});
		return list;
	}

	private async object(depth: number): Promise<Json> {
		const object: { [key: string]: Json } = {};
		const set = (key: string, value: Json) =>
			// As JSON.parse does, which takes this key for any other.
			key === '__proto__'
				? Object.defineProperty(object, key, {
						value,
						configurable: true,
						enumerable: true,
						writable: true,
					})
				: (object[key] = value);
		await this.members('}', async (from, to) => {
			if (to !== undefined) {
				const part = (await this.part(from, to, '{}')) as typeof object;
				for (const key of Object.keys(part)) set(key, part[key]);
				return;
			}
			if (this.skipSpaces() !== '"') throw new SyntaxError();
			const quote = this.endOfString();
			const key = JSON.parse(this.text.slice(this.at, quote)) as string;
			this.at = quote;
			if (this.skipSpaces() !== ':') throw new SyntaxError();
			this.at++;
			set(key, await this.value(depth + 1));
		});
		return object;
	}

	/**
	 * Goes through the members of a list or an object: small ones together, as the stretch of text
	 * from and to which they stand, a large one alone, which `take` reads from here on.
	 */
	private async members(
		closing: string,
		take: (from: number, to?: number) => Promise<void>,
	): Promise<void> {
		this.at++;
		if (this.skipSpaces() === closing) {
			this.at++;
			return;
		}
		let from = this.at;
		for (;;) {
			const begin = this.at;
			const end = this.endOfMember(PART);
			if (begin > from && (end === undefined || end - from > PART)) {
				// Without the comma that leads to this member.
				await take(from, begin - 1);
				from = begin;
			}
			if (end === undefined) {
				await take(begin);
				this.skipSpaces();
				from = this.at + 1;
			} else {
				this.at = end;
			}
			const behind = this.text[this.at];
			const isLast = behind === closing;
			// Behind a comma there has to be something.
			if ((behind !== ',' && !isLast) || this.at === from) throw new SyntaxError();
			if (isLast && this.at > from) await take(from, this.at);
			this.at++;
			if (isLast) return;
		}
	}

	/** Where the member that begins here ends: a comma or a closing bracket; undefined if too far. */
	private endOfMember(most: number): number | undefined {
		const { text } = this;
		let depth = 0;
		for (let at = this.at; at < text.length; at++) {
			if (at - this.at > most) return undefined;
			switch (text.charCodeAt(at)) {
				case 0x22:
					at = this.endOfString(at) - 1;
					break;
				case 0x5b:
				case 0x7b:
					depth++;
					break;
				case 0x5d:
				case 0x7d:
					if (depth === 0) return at;
					depth--;
					break;
				case 0x2c:
					if (depth === 0) return at;
			}
		}
		return text.length - this.at > most ? undefined : text.length;
	}

	/** Behind the closing quote of the string that begins there. */
	private endOfString(from = this.at): number {
		const { text } = this;
		for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
			let first = end;
			while (text[first - 1] === '\\') first--;
			if ((end - first) % 2 === 0) return end + 1;
		}
		throw new SyntaxError();
	}

	private async part(from: number, to: number, brackets = ''): Promise<Json> {
		if (performance.now() - this.turnBegan > TURN_MS) {
			await sleep(0);
			this.turnBegan = performance.now();
		}
		const [opening = '', closing = ''] = brackets;
		return JSON.parse(opening + this.text.slice(from, to) + closing) as Json;
	}

	private skipSpaces(): string | undefined {
		while (SPACES.includes(this.text[this.at] ?? '-')) this.at++;
		return this.text[this.at];
	}
}
