import { createHash } from 'node:crypto';
import { isObject } from './jsonSchema.mts';
import { write } from './prose.mts';
import type { Topic } from './prose.mts';
import type { JsonObject } from './records.mts';

const PAGES = ['about', 'news', 'report', 'press', 'customers', 'team', 'prices'];

/** Words that speak for a choice a newcomer is likely to write into a schema. */
const HINTS: Record<string, RegExp> = {
	billing: /charge|invoice|refund|pay|bill|price/,
	technical: /error|crash|bug|broken|not work|fail|slow/,
	account: /log ?in|password|access|account/,
	shipping: /deliver|parcel|shipping|arrive/,
	urgent: /urgent|asap|immediately/,
	high: /urgent|asap|immediately|twice|cannot|angry|broken/,
	positive: /love|great|thank|happy/,
	negative: /hate|bad|angry|disappoint|broken/,
};

/** Fills a JSON Schema with values about a topic, the same each time. */
export class SchemaFiller {
	readonly #topic: Topic;
	readonly #root: JsonObject;

	constructor(topic: Topic, root: JsonObject) {
		this.#topic = topic;
		this.#root = root;
	}

	object(schema: JsonObject): JsonObject {
		return Object.fromEntries(
			Object.entries(this.properties(schema)).map(([name, property]) => [
				name,
				this.#value(name, property, 0),
			]),
		);
	}

	/** The properties of an object's schema, each with one `type`. */
	properties(schema: JsonObject): Record<string, JsonObject> {
		const { properties } = this.#resolve(schema);
		if (!isObject(properties)) return {};
		return Object.fromEntries(
			Object.entries(properties).map(([name, property]) => [name, this.#resolve(property)]),
		);
	}

	#value(name: string, schema: JsonObject, index: number): unknown {
		if (schema.const !== undefined) return schema.const;
		if (Array.isArray(schema.enum)) return this.#choose(name, schema.enum);
		switch (schema.type) {
			case 'object':
				return this.object(schema);
			case 'array':
				return this.#list(name, schema);
			case 'boolean':
				return this.#draw(name) % 2 === 0;
			case 'integer':
			case 'number':
				return this.#quantity(name, schema, index);
			default:
				return this.#text(name, schema, index);
		}
	}

	#text(name: string, { format, minLength, maxLength }: JsonObject, index: number): string {
		const { slug } = this.#topic;
		const page = PAGES[index % PAGES.length];
		switch (format) {
			case 'uri':
				return `https://www.example.com/${slug}/${page}`;
			case 'email':
				return `${page}@${slug}.example.com`;
			case 'date':
				return this.#day(name, index);
			case 'date-time':
				return `${this.#day(name, index)}T09:00:00Z`;
			default: {
				const least = typeof minLength === 'number' ? minLength : 0;
				const most = typeof maxLength === 'number' ? maxLength : Infinity;
				return write(name, this.#topic, index).padEnd(least, '.').slice(0, most);
			}
		}
	}

	#list(name: string, { items, minItems, maxItems }: JsonObject): unknown[] {
		const least = typeof minItems === 'number' ? minItems : 0;
		const most = typeof maxItems === 'number' ? maxItems : 20;
		// A variable `max_sources` limits the property `sources`.
		const asked = this.#topic.variables[`max_${name}`];
		const wanted = typeof asked === 'number' ? asked : 3;
		const item = this.#resolve(items);
		const length = Math.max(least, Math.min(most, wanted));
		return Array.from({ length }, (_, index) => this.#value(name, item, index));
	}

	/** A score grows with the goal's detail, so that improving a goal pays off. */
	#quantity(name: string, { type, minimum, maximum }: JsonObject, index: number): number {
		const min = typeof minimum === 'number' ? minimum : 0;
		const max = typeof maximum === 'number' ? maximum : min + 100;
		const share = /score|rating|confidence/.test(name)
			? 1 - Math.exp(-this.#topic.goalWords / 45)
			: ((this.#draw(name) + index * 7) % 100) / 100;
		const value = min + share * (max - min);
		return type === 'integer' ? Math.floor(value) : Math.round(value * 100) / 100;
	}

	/** The choice whose name or usual words are in the question, else one by chance. */
	#choose(name: string, choices: unknown[]): unknown {
		const { question } = this.#topic;
		const fitting = choices.find(
			(choice) =>
				typeof choice === 'string' &&
				(question.includes(choice.toLowerCase()) || HINTS[choice.toLowerCase()]?.test(question)),
		);
		return fitting ?? choices[this.#draw(name) % choices.length];
	}

	#day(name: string, index: number): string {
		return `2026-03-${String(1 + ((this.#draw(name) + index) % 28)).padStart(2, '0')}`;
	}

	/** A number by chance, the same for the same property of the same question. */
	#draw(name: string): number {
		return createHash('sha256').update(`${name}\n${this.#topic.question}`).digest().readUInt16BE(0);
	}

	/** Follows a local `$ref`, takes the first choice that is not null, and settles on one type. */
	#resolve(schema: unknown): JsonObject {
		if (!isObject(schema)) return { type: 'string' };
		if (typeof schema.$ref === 'string') return this.#resolve(this.#target(schema.$ref));
		const choices: unknown = schema.anyOf ?? schema.oneOf;
		if (Array.isArray(choices)) {
			return this.#resolve(choices.find((choice) => isObject(choice) && choice.type !== 'null'));
		}
		const types: unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
		const type = types.find((candidate) => candidate !== 'null') ?? this.#impliedType(schema);
		return { ...schema, type };
	}

	#impliedType(schema: JsonObject): string {
		if ('properties' in schema) return 'object';
		return 'items' in schema ? 'array' : 'string';
	}

	#target(reference: string): unknown {
		const steps = reference.split('/').slice(1);
		return steps.reduce<unknown>(
			(node, step) => (isObject(node) ? node[step] : undefined),
			this.#root,
		);
	}
}
