// What a fresh stand-in knows: agents a newcomer recognises, and a little history. The ids are fixed,
// so that examples and documentation can name them.
import { addAgent, addRun, addTool } from './create.mts';
import { prompt, result } from './lifecycle.mts';
import type { Agent, JsonObject, Run } from './records.mts';
import { formatTime } from './store.mts';
import type { Store } from './store.mts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function seed(store: Store): void {
	store.clear();
	const search = addTool(store, { mcp_tool: 'web_search' });
	const textTools = addTool(store, { mcp_tool: 'text_tools' });
	const slack = addTool(store, { mcp_tool: 'slack' });

	const created = { created_at: formatTime(store.now() - 40 * DAY_MS) };
	const researcher = addAgent(
		store,
		{
			...created,
			uuid: uuid(1),
			name: 'Web Researcher',
			user_prompt:
				'Research {{ topic }} on the web in {{ depth }} depth. Read at most {{ max_sources }} sources, and answer with a summary, the key findings and the sources.',
			available_tools: [search.id],
			input_schema: object(
				{
					topic: { type: 'string', title: 'Topic', description: 'What to find out about' },
					depth: {
						type: 'string',
						title: 'Depth',
						description: 'How thoroughly to look',
						enum: ['quick', 'deep'],
						default: 'quick',
					},
					max_sources: {
						type: 'integer',
						title: 'Max Sources',
						description: 'How many pages to read at most',
						minimum: 1,
						maximum: 10,
						default: 3,
					},
				},
				['topic'],
			),
			input_description: 'A topic, and how thoroughly to look into it.',
			output_schema: object({
				summary: { type: 'string' },
				key_findings: { type: 'array', items: { type: 'string' } },
				sources: { type: 'array', items: { type: 'string', format: 'uri' } },
			}),
			output_description: 'A summary with its findings and sources.',
		},
		{ runningMs: [3000, 6000] },
	);
	const profiler = addAgent(
		store,
		{
			...created,
			uuid: uuid(2),
			name: 'Lead Profiler',
			user_prompt:
				'Look at {{ website_url }} and describe {{ company }} as a possible customer, with its industry, size and a score.',
			available_tools: [search.id, textTools.id],
			input_schema: object(
				{
					company: { type: 'string', title: 'Company', description: 'Name of the company' },
					website_url: {
						type: 'string',
						title: 'Website URL',
						description: 'Its home page, with https://',
						format: 'uri',
					},
					include_contacts: { type: 'boolean', title: 'Include Contacts', default: false },
					tags: {
						type: 'array',
						title: 'Tags',
						description: 'Words to file the lead under',
						items: { type: 'string' },
					},
					crm: {
						type: 'object',
						title: 'CRM Record',
						description: 'What you already know, as it is in your CRM',
					},
				},
				['company', 'website_url'],
			),
			input_description: 'A company and its website.',
			output_schema: object({
				company: { type: 'string' },
				industry: { type: 'string' },
				company_size: { type: 'string' },
				score: { type: 'integer', minimum: 0, maximum: 100 },
				summary: { type: 'string' },
			}),
			output_description: 'A profile with a score from 0 to 100.',
		},
		{ runningMs: [2500, 5000] },
	);
	const triage = addAgent(
		store,
		{
			...created,
			uuid: uuid(3),
			name: 'Support Triage',
			user_prompt:
				'Read this message of a customer and decide its category and priority, then write a reply: {{ message }}',
			available_tools: [textTools.id],
			input_schema: object(
				{
					message: {
						type: 'string',
						title: 'Message',
						description: 'What the customer wrote',
						minLength: 1,
					},
				},
				['message'],
			),
			input_description: 'The message of a customer.',
			output_schema: object({
				category: { type: 'string', enum: ['billing', 'technical', 'account', 'other'] },
				priority: { type: 'string', enum: ['low', 'normal', 'high'] },
				reply: { type: 'string' },
			}),
			output_description: 'Category, priority and a reply to send.',
		},
		{ runningMs: [2000, 3000] },
	);
	const reader = addAgent(
		store,
		{
			...created,
			uuid: uuid(4),
			name: 'Document Reader',
			user_prompt: 'Read the document at {{ file_url }} and give its title and a summary.',
			input_schema: object(
				{
					file_url: {
						type: 'string',
						title: 'File URL',
						description: 'Public URL of an uploaded file',
						format: 'uri',
					},
				},
				['file_url'],
			),
			input_description: 'The URL of a document.',
			output_schema: object({ title: { type: 'string' }, summary: { type: 'string' } }),
			output_description: 'Title and summary.',
		},
		{ runningMs: [2000, 4000] },
	);
	addAgent(store, {
		...created,
		uuid: uuid(5),
		name: 'Draft Helper',
		user_prompt: 'Draft a short post about {{ idea }} and send it to our team.',
		available_tools: [slack.id],
		status: 'draft',
	});

	addPast(store, researcher, 9 * DAY_MS, { id: 'won-gsfr-mxp', variables: { topic: 'Tesla' } });
	addPast(store, profiler, 5 * DAY_MS, {
		id: 'kad-tuvo-bel',
		variables: { company: 'Acme', website_url: 'https://acme.example.com' },
	});
	addPast(store, researcher, 2 * DAY_MS, {
		id: 'fen-rilo-qas',
		variables: { topic: 'A topic behind a login' },
		status: 'failed',
		error: 'The source asks for a login, and no account was given.',
	});
	addPast(store, reader, 20 * HOUR_MS, {
		id: 'mib-sanu-ter',
		variables: { file_url: 'https://www.example.com/annual-report.pdf' },
		status: 'cancelled',
	});
	addPast(store, triage, 3 * HOUR_MS, {
		id: 'pol-veda-nim',
		variables: { message: 'I was charged twice this month, please help!' },
	});
}

/** A run that ended 4 s after its start, by default completed. */
function addPast(store: Store, agent: Agent, agoMs: number, given: Partial<Run>): void {
	const started = store.now() - agoMs;
	const { variables = {}, status = 'completed' } = given;
	const run = addRun(store, agent, started, {
		messages: [{ role: 'user', content: prompt(agent, variables) }],
		...given,
		status,
	});
	store.changeRun(run.id, {
		agent_result: status === 'completed' ? result(store, run) : null,
		updated_at: formatTime(started + 4000),
	});
}

function uuid(number: number): string {
	return `5eed0000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function object(properties: JsonObject, required = Object.keys(properties)): JsonObject {
	return { type: 'object', properties, required };
}
