// The tools an agent can be given, under the vendor's names where it uses them in its examples
// (tavily, telegram-mcp, github). What they answer is made up, and says so.
import type { CatalogEntry, ConfigurationStep, JsonObject } from './records.mts';

const consent = (service: string): ConfigurationStep => ({
	description: `Open the redirect URL and allow access to ${service}`,
	step_type: 'oauth',
});

const secret = (name: string, title: string): ConfigurationStep => ({
	description: `Enter the ${title}`,
	step_type: 'vars_from_user',
	vars_from_user_schema: object({ [name]: { type: 'string', title, minLength: 1 } }),
});

export const CATALOG: CatalogEntry[] = [
	{
		name: 'gmail',
		type: 'oauth',
		title: 'Gmail',
		description: 'Read, search and send e-mail',
		detail: 'Finds messages by sender, subject or text, and sends answers from your address.',
		href: 'https://mail.example.com',
		categories: ['Communication', 'E-mail'],
		configuration_steps: [consent('your mailbox')],
		unsafe_methods: ['send_email', 'delete_email'],
	},
	{
		name: 'google_sheets',
		type: 'oauth',
		title: 'Google Sheets',
		description: 'Read and append rows of a spreadsheet',
		detail: 'Works on one spreadsheet, which you name after allowing access.',
		href: 'https://sheets.example.com',
		categories: ['Productivity', 'Data'],
		configuration_steps: [
			consent('your spreadsheets'),
			{
				description: 'Choose the spreadsheet and what the agent may do with it',
				step_type: 'configuration',
				configuration_schema: object({
					spreadsheet_id: { type: 'string', title: 'Spreadsheet ID', minLength: 1 },
					access: { type: 'string', title: 'Access', enum: ['read', 'append'] },
				}),
			},
		],
		unsafe_methods: ['append_rows'],
	},
	{
		name: 'slack',
		type: 'composio',
		title: 'Slack',
		description: 'Read channels and post messages',
		detail: 'Posts as a bot of your workspace.',
		href: 'https://slack.example.com',
		categories: ['Communication'],
		configuration_steps: [
			consent('your workspace'),
			{
				description: 'Choose the channel to post to',
				step_type: 'configuration',
				configuration_schema: object({
					channel: { type: 'string', title: 'Channel', pattern: '^#' },
				}),
			},
		],
		unsafe_methods: ['post_message'],
	},
	{
		name: 'hubspot',
		type: 'composio',
		title: 'HubSpot',
		description: 'Look up and update contacts and deals',
		detail: 'Needs the token of a private app.',
		href: 'https://crm.example.com',
		categories: ['CRM', 'Sales'],
		configuration_steps: [secret('HUBSPOT_TOKEN', 'Private App Token')],
		unsafe_methods: ['update_contact'],
	},
	{
		name: 'web_search',
		type: 'composio',
		title: 'Web Search',
		description: 'Search the web and read pages',
		detail: 'Ready to use: nothing to configure.',
		href: 'https://search.example.com',
		categories: ['Research'],
		configuration_steps: [],
		unsafe_methods: [],
	},
	{
		name: 'github',
		type: 'composio',
		title: 'GitHub',
		description: 'Read repositories, issues and pull requests',
		detail: 'Needs a personal access token.',
		href: 'https://git.example.com',
		categories: ['Development'],
		configuration_steps: [secret('GITHUB_TOKEN', 'Personal Access Token')],
		unsafe_methods: ['create_issue'],
	},
	{
		name: 'shop_database',
		type: 'custom',
		title: 'Shop Database',
		description: 'Ask questions about orders and stock',
		detail: 'Runs beside your database and answers read-only questions.',
		href: 'https://shop.example.com',
		categories: ['Data'],
		instruction: 'Install the connector on the machine of the database, then enter its address.',
		github_link: 'https://git.example.com/tools/shop-connector',
		configuration_steps: [
			{
				description: 'Run this command and answer with what it prints',
				step_type: 'command',
				execution_command: 'shop-connector pair --read-only',
			},
			{
				description: 'Enter the address of the database',
				step_type: 'vars_from_user',
				vars_from_user_schema: object({
					DATABASE_URL: { type: 'string', title: 'Address', format: 'uri' },
					DATABASE_PASSWORD: { type: 'string', title: 'Password', minLength: 1 },
				}),
			},
		],
		unsafe_methods: [],
	},
	{
		name: 'text_tools',
		type: 'custom_class',
		title: 'Text Tools',
		description: 'Count, search and reverse text',
		detail:
			'Actions: statistics {text}, search {query, text?} (without text: a small handbook), ping.',
		href: 'https://tools.example.com/text',
		categories: ['Utilities'],
		custom_class: 'TextTools',
		configuration_steps: [],
		unsafe_methods: [],
	},
	{
		name: 'calculator',
		type: 'custom_class',
		title: 'Calculator',
		description: 'Exact arithmetic for an agent',
		detail: 'Actions: add {numbers}, multiply {numbers}, average {numbers}.',
		href: 'https://tools.example.com/calculator',
		categories: ['Utilities'],
		custom_class: 'Calculator',
		configuration_steps: [],
		unsafe_methods: [],
	},
	{
		name: 'calendar',
		type: 'custom_class',
		title: 'Calendar',
		description: 'Date arithmetic in the working week of your country',
		detail: 'Actions: add_days {date, days}, days_between {from, to}, weekday {date}.',
		href: 'https://tools.example.com/calendar',
		categories: ['Utilities', 'Productivity'],
		custom_class: 'Calendar',
		configuration_steps: [
			{
				description: 'Choose the first day of your week',
				step_type: 'configuration',
				configuration_schema: object({
					week_start: { type: 'string', title: 'Week Starts On', enum: ['Monday', 'Sunday'] },
				}),
			},
		],
		unsafe_methods: [],
	},
	{
		name: 'tavily',
		type: 'custom_class',
		title: 'Tavily',
		description: 'Search the web for an agent',
		detail: 'Actions: search {query, max_results?}. A stand-in: the results are made up.',
		href: 'https://tavily.example.com',
		categories: ['Research'],
		custom_class: 'Tavily',
		configuration_steps: [secret('TAVILY_API_KEY', 'API Key')],
		unsafe_methods: [],
	},
	{
		name: 'telegram-mcp',
		type: 'oauth',
		title: 'Telegram',
		description: 'Read chats and send messages',
		detail: 'Writes in the name of your account. A stand-in: no message is sent.',
		href: 'https://telegram.example.com',
		categories: ['Communication'],
		configuration_steps: [consent('your Telegram account')],
		unsafe_methods: ['send_message'],
	},
];

/** The entry of this name; throws when there is none. */
export function catalogEntry(name: string): CatalogEntry {
	const entry = CATALOG.find((candidate) => candidate.name === name);
	if (!entry) throw new Error(`The catalog has no tool "${name}"`);
	return entry;
}

function object(properties: JsonObject): JsonObject {
	return { type: 'object', properties, required: Object.keys(properties) };
}
