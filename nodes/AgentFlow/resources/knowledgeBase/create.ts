import { asItems } from '../../output';
import { createdKnowledgeBaseSchema } from '../../schemas';
import { operation } from '../../session';
import { appendFiles, filesField } from './files';

export const create = operation({
	value: 'create',
	name: 'Create',
	action: 'Create a knowledge base',
	description: 'Make a knowledge base of files or of a web site',
	parameters: [
		{
			displayName: 'From',
			name: 'from',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Files', value: 'files', description: 'Documents of the input item' },
				{ name: 'Web Site', value: 'url', description: 'The pages of a web site' },
			],
			default: 'files',
			description: 'Where the knowledge comes from',
		},
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Shop handbook',
			description: 'What to call the knowledge base',
		},
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			default: '',
			description: 'What it is about',
		},
		{ ...filesField, displayOptions: { show: { from: ['files'] } } },
		{
			displayName: 'Web Site URL',
			name: 'websiteUrl',
			type: 'string',
			displayOptions: { show: { from: ['url'] } },
			default: '',
			required: true,
			placeholder: 'e.g. https://example.com/help',
			description: 'Where to begin reading',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Chunk Size',
					name: 'chunk_size',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 1200,
					description: 'How many characters a passage has',
				},
				{
					displayName: 'Chunking Strategy',
					name: 'chunking_strategy',
					type: 'string',
					displayOptions: { show: { '/from': ['files'] } },
					default: 'auto',
					description: 'How documents are cut into passages',
				},
				{
					displayName: 'Max Crawl Depth',
					name: 'max_crawl_depth',
					type: 'number',
					typeOptions: { minValue: 0 },
					displayOptions: { show: { '/from': ['url'] } },
					default: 2,
					description: 'How many links away from the first page to read',
				},
				{
					displayName: 'Max Crawl Pages',
					name: 'max_crawl_pages',
					type: 'number',
					typeOptions: { minValue: 1 },
					displayOptions: { show: { '/from': ['url'] } },
					default: 50,
					description: 'How many pages to read at most',
				},
				{
					displayName: 'Overlap',
					name: 'overlap_percentage',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.15,
					description: 'Which part of a passage the next one repeats, from 0 to 1',
				},
				{
					displayName: 'Tags',
					name: 'tags',
					type: 'string',
					displayOptions: { show: { '/from': ['files'] } },
					default: '',
					placeholder: 'e.g. shop, support',
					description: 'Separated by commas',
				},
				{
					displayName: 'Vector Database Type',
					name: 'vector_db_type',
					type: 'string',
					default: 'pgvector',
					description: 'Where the passages are kept',
				},
			],
		},
	],
	output: createdKnowledgeBaseSchema,
	async execute(values, { session, context, itemIndex }) {
		const { from, name, description, websiteUrl = '', binaryProperties, options } = values;
		const { knowledgeBases } = session.api;
		const settings = Object.entries(options).filter(
			([, value]) => value !== undefined && value !== '',
		);
		if (from === 'url') {
			const form = new URLSearchParams({ name, description, website_url: websiteUrl });
			for (const [setting, value] of settings) form.set(setting, String(value));
			return asItems(await knowledgeBases.createFromUrl(form));
		}
		const form = new FormData();
		form.set('name', name);
		if (description) form.set('description', description);
		for (const [setting, value] of settings) form.set(setting, String(value));
		await appendFiles(form, context, itemIndex, binaryProperties);
		return asItems(await knowledgeBases.createFromFiles(form));
	},
});
