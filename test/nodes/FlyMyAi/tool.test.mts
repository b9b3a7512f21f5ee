// Resource Tool (docs/contracts/flymyai.md, Tools).
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	API,
	api,
	byId,
	control,
	drawn,
	execute,
	failureOf,
	newTool,
	node,
	offered,
	rows,
	sent,
	sentLines,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const MASK = '••••••';
const shown = { options: { showConfiguration: true } };

/** What was answered to a tool's configuration steps. */
const answers = async () =>
	(await sent(/provide-config/)).map(({ body }) => Object(body).user_response);

test('Add puts a tool of the catalog into the account and says what it needs', async () => {
	const items = await execute('tool', 'add', {
		catalogTool: { __rl: true, mode: 'list', value: 'github' },
	});

	expect(await sent()).toMatchObject([
		{ method: 'POST', path: `${API}/tools/`, body: { mcp_tool: 'github' } },
	]);
	expect(items).toMatchObject([
		{
			json: {
				mcp_tool: 'github',
				is_configured: false,
				next_configuration_step: { description: 'Enter the Personal Access Token' },
			},
			pairedItem: { item: 0 },
		},
	]);
});

describe('Get', () => {
	test.each([
		['masks the configuration', {}, { GITHUB_TOKEN: MASK }],
		['shows it when asked to', shown, { GITHUB_TOKEN: 'ghp_visible' }],
	])('%s', async (_, options, config) => {
		const id = await newTool('github');
		await api.post(`/tools/${id}/provide-config/`, {
			user_response: { GITHUB_TOKEN: 'ghp_visible' },
		});
		const [tool] = await rows('tool', 'get', { tool: byId(id), ...options });

		expect(await sentLines()).toEqual([`GET ${API}/tools/${id}/`]);
		expect(tool).toMatchObject({ id, user_config: config, is_configured: true });
	});

	test('of a tool there is not says so', async () => {
		const failure = await failureOf(execute('tool', 'get', { tool: byId(999) }));

		expect(failure).toMatchObject({
			httpCode: '404',
			message: `FlyMyAI: Not found (GET ${API}/tools/999/)`,
		});
	});
});

describe('Get Many', () => {
	test('lists the tools of the account, up to the limit', async () => {
		const tools = await rows('tool', 'getAll', { limit: 2 });

		expect(await sentLines()).toEqual([`GET ${API}/tools/`]);
		expect(tools.map(({ mcp_tool }) => mcp_tool)).toEqual(['web_search', 'text_tools']);
	});

	test.each([
		['masked', {}, MASK],
		['shown', shown, 'ghp_visible'],
	])('returns all of them, their configuration %s', async (_, options, value) => {
		const id = await newTool('github');
		await api.patch(`/tools/${id}/`, { user_config: { GITHUB_TOKEN: 'ghp_visible' } });
		const tools = await rows('tool', 'getAll', { returnAll: true, ...options });

		expect(tools).toHaveLength(4);
		expect(tools[3].user_config).toEqual({ GITHUB_TOKEN: value });
	});
});

describe('Get Catalog', () => {
	const names = async (parameters: Parameters<typeof rows>[2]) =>
		(await rows('tool', 'getCatalog', parameters)).map(({ name }) => name);

	test('simplifies, and stops at the limit', async () => {
		const tools = await rows('tool', 'getCatalog', { limit: 1 });

		expect(await sentLines()).toEqual([`GET ${API}/tools/available/`]);
		expect(tools).toEqual([
			{
				name: 'gmail',
				title: 'Gmail',
				type: 'oauth',
				description: 'Read, search and send e-mail',
				categories: ['Communication', 'E-mail'],
				href: 'https://mail.example.com',
				configuration_steps: [expect.objectContaining({ step_type: 'oauth' })],
			},
		]);
	});

	test('returns all of it as it is', async () => {
		const tools = await rows('tool', 'getCatalog', { returnAll: true, simplify: false });

		expect(tools).toEqual((await api.get('/tools/available/')).data);
	});

	test('filters by category and by words', async () => {
		expect(await names({ filters: { category: 'communication' } })).toEqual([
			'gmail',
			'slack',
			'telegram-mcp',
		]);
		expect(await names({ filters: { search: ' MAIL ' } })).toEqual(['gmail']);
		expect(await names({ filters: { category: 'Data', search: 'orders' } })).toEqual([
			'shop_database',
		]);
		expect(await names({ limit: 1, filters: { search: 'calendar' } })).toEqual(['calendar']);
	});
});

describe('Update', () => {
	test('sends the values to change', async () => {
		const id = await newTool('hubspot');
		const [tool] = await rows('tool', 'update', {
			tool: byId(id),
			userConfig: '{ "HUBSPOT_TOKEN": "pat-1", "region": "eu" }',
			...shown,
		});

		expect(await sent()).toMatchObject([{ method: 'PATCH', path: `${API}/tools/${id}/` }]);
		expect((await sent())[0].body).toEqual({
			user_config: { HUBSPOT_TOKEN: 'pat-1', region: 'eu' },
		});
		expect(tool.user_config).toEqual({ HUBSPOT_TOKEN: 'pat-1', region: 'eu' });
	});

	test.each([
		['', "'Configuration' is required"],
		['[1]', "'Configuration' must be a JSON object"],
	])('refuses the configuration "%s"', async (userConfig, message) => {
		const failure = await failureOf(execute('tool', 'update', { tool: byId(1), userConfig }));

		expect(failure.message).toBe(message);
		expect(await sent()).toEqual([]);
	});
});

test('Delete takes the tool out of the account', async () => {
	const id = await newTool('calculator');
	const items = await execute('tool', 'delete', { tool: byId(id) });

	expect(items).toEqual([{ json: { deleted: true }, pairedItem: { item: 0 } }]);
	expect(await sentLines()).toEqual([`DELETE ${API}/tools/${id}/`]);
	expect((await api.get('/tools/')).data).toHaveLength(3);
});

describe('Configure', () => {
	const fields = async (id: string, value: Record<string, string> | null) => ({
		tool: byId(id),
		answer: { mappingMode: 'defineBelow', value },
	});
	const json = (id: string, given: unknown) => ({
		tool: byId(id),
		specifyAnswer: 'json',
		answers: JSON.stringify(given),
	});

	test('answers the current step by its fields', async () => {
		const id = await newTool('github');
		const [tool] = await rows('tool', 'configure', {
			...(await fields(id, { GITHUB_TOKEN: 'ghp_x' })),
			...shown,
		});

		expect(await sentLines()).toEqual([`POST ${API}/tools/${id}/provide-config/`]);
		expect(await answers()).toEqual([{ GITHUB_TOKEN: 'ghp_x' }]);
		expect(tool).toMatchObject({ is_configured: true, user_config: { GITHUB_TOKEN: 'ghp_x' } });
	});

	test('answers several steps in a row from a list', async () => {
		const id = await newTool('shop_database');
		const access = { DATABASE_URL: 'https://db.example.com', DATABASE_PASSWORD: 'hunter22' };
		const [tool] = await rows('tool', 'configure', json(id, ['paired', access]));

		expect(await answers()).toEqual(['paired', access]);
		expect(tool).toMatchObject({
			is_configured: true,
			next_configuration_step: null,
			user_config: { DATABASE_URL: MASK, DATABASE_PASSWORD: MASK },
		});
	});

	test('shows where to log in, and what the step after it wants', async () => {
		const id = await newTool('slack');
		const [before] = await rows('tool', 'get', { tool: byId(id) });
		const [after] = await rows('tool', 'configure', json(id, { code: 'abcd' }));

		expect(before.redirect_url).toMatch(/^http.*\/oauth\/grant\//);
		expect(after).toMatchObject({
			redirect_url: '',
			next_configuration_step: { description: 'Choose the channel to post to' },
		});
	});

	test('an answer without values is an empty object', async () => {
		await failureOf(execute('tool', 'configure', await fields(await newTool('slack'), null)));

		expect(await answers()).toEqual([{}]);
	});

	test('stops at the answer that is one too many', async () => {
		const id = await newTool('github');
		const failure = await failureOf(
			execute('tool', 'configure', json(id, [{ GITHUB_TOKEN: 'ghp_x' }, 'more'])),
		);

		expect(failure.message).toBe('The tool is configured after 1 of the 2 answers');
		expect(await answers()).toHaveLength(1);
	});

	test('passes on why the platform does not take an answer, which may be a secret', async () => {
		const failure = await failureOf(
			execute('tool', 'configure', json(await newTool('calendar'), { week_start: 'Friday' })),
		);

		expect(failure.message).toBe("FlyMyAI: '***' is not one of ['Monday', 'Sunday']");
	});
});

test.each(['configure', 'update'])('%s says where typed secrets are saved', (operation) => {
	const notices = node.description.properties.filter(
		({ type, displayOptions }) =>
			type === 'notice' && displayOptions?.show?.operation?.includes(operation),
	);

	expect(notices).toMatchObject([
		{
			displayName: expect.stringMatching(/saved in the workflow as plain text/),
			displayOptions: { show: { resource: ['tool'] } },
		},
	]);
});

describe('the fields of a configuration step', () => {
	const step = async (id: string) =>
		await drawn('getConfigurationStep', {
			resource: 'tool',
			operation: 'configure',
			tool: byId(id),
		});

	test('are those the step asks the user for', async () => {
		expect((await step(await newTool('github'))).fields).toMatchObject([
			{
				id: 'GITHUB_TOKEN',
				displayName: 'Personal Access Token (Enter the Personal Access Token.)',
				required: true,
				type: 'string',
			},
		]);
		expect((await step(await newTool('calendar'))).fields).toMatchObject([
			{ id: 'week_start', type: 'options', options: [{ value: 'Monday' }, { value: 'Sunday' }] },
		]);
	});

	test('are drawn for an id that is a number, or has spaces around it, as execution takes it', async () => {
		const id = await newTool('github');
		const drawnFor = async (tool: string | number) =>
			await drawn('getConfigurationStep', {
				resource: 'tool',
				operation: 'configure',
				tool: byId(tool),
			});

		expect((await drawnFor(`={{ ${id} }}`)).fields).toMatchObject([{ id: 'GITHUB_TOKEN' }]);
		expect((await drawnFor(` ${id} `)).fields).toMatchObject([{ id: 'GITHUB_TOKEN' }]);
		expect(await sentLines(/\/tools\/.+/)).toEqual(Array(2).fill(`GET ${API}/tools/${id}/`));
	});

	test('are none where there is a login, a command or nothing to do', async () => {
		const notice = async (name: string) => {
			const { fields, emptyFieldsNotice } = await step(await newTool(name));
			expect(fields).toEqual([]);
			return emptyFieldsNotice;
		};

		expect(await notice('gmail')).toMatch(
			/^Open the redirect URL .* Log in at http\S+\/oauth\/grant\/\d+\/ first\. Then execute/,
		);
		expect(await notice('shop_database')).toMatch(
			/Run this command first: shop-connector pair --read-only Then execute the node\.$/,
		);
		expect(await notice('web_search')).toBe('This tool is configured: no step is left.');
		expect((await step('')).emptyFieldsNotice).toBe('Pick a tool first.');
	});

	test('come from the other schema where one of the step is empty', async () => {
		const configuration_schema = { properties: { region: { type: 'string' } } };
		const next = { description: 'Pick a region', vars_from_user_schema: {}, configuration_schema };
		const body = { id: 7, is_configured: false, next_configuration_step: next };
		await control.fault({ kind: 'status', status: 200, match: { path: '/tools/7/' }, body });

		expect((await step('7')).fields).toMatchObject([{ id: 'region' }]);
	});

	test('link to the login as it is, encoded parts and all', async () => {
		const login = 'https://login.example.com/auth?back=https%3A%2F%2Fapp.example.com&scope=a+b';
		const redirect = `${login}#"><b>`;
		const body = { id: 7, next_configuration_step: {}, redirect_url: redirect };
		await control.fault({ kind: 'status', status: 200, match: { path: '/tools/7/' }, body });

		const { emptyFieldsNotice } = await step('7');
		expect(emptyFieldsNotice).toContain(`<a href="${login}#%22%3E%3Cb%3E" target="_blank">`);
	});
});

describe('Call', () => {
	const call = async (name: string, action: string, args?: string) =>
		await rows('tool', 'call', {
			tool: byId(await newTool(name)),
			action,
			...(args === undefined ? {} : { arguments: args }),
		});

	test('sends the arguments and answers an object as an item', async () => {
		expect(await call('calculator', 'add', '{ "numbers": [1, 2] }')).toEqual([{ result: 3 }]);
		const [{ method, path, body }] = await sent();
		expect(method).toBe('POST');
		expect(path).toMatch(/\/tools\/\d+\/call\/$/);
		expect(body).toEqual({ action: 'add', arguments: { numbers: [1, 2] } });
	});

	test.each([
		['a list of objects as items', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 2 }]],
		['an empty list as a result', [], [{ result: [] }]],
		['a list of words as a result', ['a', 'b'], [{ result: ['a', 'b'] }]],
		['a word as a result', 'done', [{ result: 'done' }]],
		['nothing as a result', null, [{ result: null }]],
	])('answers %s', async (_, answer, items) => {
		await control.fault({
			kind: 'status',
			status: 200,
			match: { path: '/call/' },
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(answer),
		});

		expect(await call('text_tools', 'anything')).toEqual(items);
		expect((await sent())[0].body).toEqual({ action: 'anything', arguments: {} });
	});

	test.each([200, 204])(
		'went through, too, where the answer is %i without a word',
		async (status) => {
			await control.fault({ kind: 'status', status, match: { path: '/call/' }, body: '' });

			expect(await call('text_tools', 'anything')).toEqual([{}]);
			expect(await sent()).toHaveLength(1);
		},
	);

	test('needs an action, and an object of arguments', async () => {
		const id = byId(1);
		const said = async (parameters: { action?: string; arguments?: string }) =>
			(await failureOf(execute('tool', 'call', { tool: id, ...parameters }))).message;

		expect(await said({})).toBe("'Action' is required");
		expect(await said({ action: 'add', arguments: '"x"' })).toBe(
			"'Arguments' must be a JSON object",
		);
		expect(await sent()).toEqual([]);
	});

	test('passes on what the platform has against it', async () => {
		const failure = await failureOf(call('web_search', 'search'));

		expect(failure.message).toBe(
			'FlyMyAI: Only tools of the type custom_class can be called directly.',
		);
	});
});

describe('the pickers', () => {
	const names = async (list: string) => (await offered(list)).map(({ name }) => name);

	test('of the account say which tools need configuration', async () => {
		expect(await names('searchTools')).toEqual([
			'Web Search',
			'Text Tools',
			'Slack (needs configuration)',
		]);
		for (const filter of ['TEXT', 'text_tools', 'Text Tools']) {
			const found = await offered('searchTools', { filter });
			expect(found.map(({ value }) => value)).toEqual(['2']);
		}
	});

	test('of the account go by code names where the catalog cannot be read', async () => {
		await control.fault({
			kind: 'status',
			status: 403,
			times: null,
			match: { path: '/tools/available/' },
		});
		const all = ['web_search', 'text_tools', 'slack (needs configuration)'];

		expect(await names('searchTools')).toEqual(all);
		expect(await names('searchCallableTools')).toEqual(all);
	});

	test('for a call hold only tools that can be called', async () => {
		expect(await names('searchCallableTools')).toEqual(['Text Tools']);
	});

	test('of the catalog show title and categories', async () => {
		expect(await offered('searchCatalog', { filter: 'spreadsheet' })).toEqual([
			{
				name: 'Google Sheets (Productivity, Data): Read and append rows of a spreadsheet',
				value: 'google_sheets',
			},
		]);
		expect(await offered('searchCatalog')).toHaveLength(12);
	});
});

test('a tool whose texts are null is read all the same', async () => {
	const id = await newTool('github');
	const [answer] = (await api.get('/tools/')).data.filter(
		(tool: { id: number }) => tool.id === Number(id),
	);
	const nulled = { ...answer, redirect_url: null, response: null };
	const match = { path: `/tools/${id}/$` };
	await control.fault({ match, kind: 'status', status: 200, body: nulled });

	expect(await rows('tool', 'get', { tool: byId(id) })).toMatchObject([{ mcp_tool: 'github' }]);
});
