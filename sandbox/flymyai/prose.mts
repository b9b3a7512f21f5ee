// The words of the stand-in's agents.
import type { JsonObject } from './records.mts';

/** What an answer is about. */
export interface Topic {
	/** In a few words. */
	subject: string;
	/** The same for a URL. */
	slug: string;
	/** All variables as text in lower case. */
	question: string;
	variables: JsonObject;
	/** How many words the agent's goal has. */
	goalWords: number;
	/** The uploaded file a variable names; `opening` when it is text. */
	file?: { name: string; size: string; opening?: string };
}

type Sentence = (topic: Topic) => string;

const FINDINGS: Sentence[] = [
	({ subject }) => `${subject} has grown steadily over the last two years`,
	({ subject }) => `People who know ${subject} praise its ease of use more often than its price`,
	({ subject }) => `Others in the field of ${subject} are catching up in smaller markets`,
	({ subject }) => `Observers expect ${subject} to put more into automation next year`,
];

const STEPS: Sentence[] = [
	({ subject }) => `Read the two newest reports on ${subject}`,
	({ subject }) => `Ask somebody who works with ${subject} every day`,
	({ subject }) => `Look at ${subject} again in a month`,
];

const OVERVIEW: Sentence = ({ subject, file, variables }) => {
	if (file) {
		const opening = file.opening === undefined ? 'holds no plain text' : `begins “${file.opening}”`;
		return `The file ${file.name} (${file.size}) ${opening}. It has one main point and supports it with examples.`;
	}
	const settings = Object.entries(variables)
		.filter(([, value]) => value !== subject && JSON.stringify(value).length < 40)
		.map(
			([name, value]) =>
				`${words(name)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
		);
	const asked = settings.length > 0 ? ` (${settings.join(', ')})` : '';
	return `${subject} in brief${asked}: it is growing in its core market, puts money into new products, and its closest rivals follow at some distance.`;
};

const PROSE: Array<[name: RegExp, sentences: Sentence[]]> = [
	[/finding|insight|point|highlight|fact/, FINDINGS],
	[/step|recommend|action|todo|suggest/, STEPS],
	[
		/reply|response|message|mail|letter/,
		[
			({ subject }) =>
				`Hello, thank you for writing to us about ${subject}. We have looked into it and will come back to you within one working day. You need not do anything until then.`,
		],
	],
	[
		/reason|explanation|rationale|why/,
		[({ subject }) => `What is said about ${subject} points this way more clearly than any other.`],
	],
	[/summary|text|overview|answer|result|analysis|report|description|profile/, [OVERVIEW]],
];

const LABELS: Array<[name: RegExp, label: Sentence]> = [
	[
		/title|headline|subject/,
		({ subject, file }) => file?.opening ?? `${subject}: what matters now`,
	],
	[/industry|sector/, () => 'Software'],
	[/language/, () => 'English'],
	[/country/, () => 'Germany'],
	[/city/, () => 'Berlin'],
	[/currency/, () => 'EUR'],
	[/size|headcount/, () => '51-200 employees'],
	[/priority|category|label|type|status|sentiment/, () => 'normal'],
	[/(^|_)id$/, ({ slug }) => slug],
	[/name|company|topic/, ({ subject }) => subject],
];

/** Whether a property holds free text that a closing note can follow. */
export function isProse([name, property]: [name: string, property: JsonObject]): boolean {
	const restricted = ['enum', 'const', 'format', 'pattern', 'maxLength'];
	return (
		property.type === 'string' &&
		!LABELS.some(([pattern]) => pattern.test(name)) &&
		!restricted.some((key) => key in property)
	);
}

/** The text of a property; `index` counts the items of a list. */
export function write(name: string, topic: Topic, index: number): string {
	const label = LABELS.find(([pattern]) => pattern.test(name))?.[1];
	if (label) return label(topic);
	const sentences = PROSE.find(([pattern]) => pattern.test(name))?.[1];
	const sentence = sentences?.[index % sentences.length];
	return sentence?.(topic) ?? `${capitalised(words(name))}: ${OVERVIEW(topic)}`;
}

function words(name: string): string {
	return name.replaceAll('_', ' ');
}

function capitalised(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
