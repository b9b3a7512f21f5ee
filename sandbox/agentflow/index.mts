import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { CONTROL_PREFIX } from '../core/paths.mts';
import type { Platform } from '../platform.mts';
import { createServer, listen } from '../platform.mts';
import { ACTING_USER, AUDIENCE, CLIENT_ID, CLIENT_SECRET, TENANT } from './auth.mts';
import { controlRoutes } from './control.mts';
import { docsPages } from './docsPage.mts';
import { handleErrors } from './errors.mts';
import { oauthRoutes } from './oauth.mts';
import { openApiDocument } from './openapi.mts';
import { Router } from './router.mts';
import { agentRoutes } from './routes/agents.mts';
import { approvalRoutes } from './routes/approvals.mts';
import { artifactRoutes } from './routes/artifacts.mts';
import { attachmentRoutes } from './routes/attachments.mts';
import { batchRoutes } from './routes/batches.mts';
import { cancellationRoutes } from './routes/cancellations.mts';
import { chatRoutes } from './routes/chat.mts';
import { completionRoutes } from './routes/completions.mts';
import { conversationRoutes } from './routes/conversations.mts';
import { extraRoutes } from './routes/extra.mts';
import { knowledgeBaseRoutes } from './routes/knowledgeBases.mts';
import { memoryRoutes } from './routes/memory.mts';
import { promptBlockRoutes } from './routes/promptBlocks.mts';
import { questionRoutes } from './routes/questions.mts';
import { statusRoutes } from './routes/status.mts';
import { taskRoutes } from './routes/tasks.mts';
import { toolRoutes } from './routes/tools.mts';
import { seed } from './seed.mts';
import { Store } from './store.mts';

const MAX_FILE_BYTES = 100 * 1024 * 1024;

export const agentflow: Platform = {
	title: 'AgentFlow',

	async start(host, port) {
		const store = new Store();
		seed(store);
		const accessToken = store.tokens.human();
		const server = createServer({
			title: 'AgentFlow',
			reset: () => {
				store.clear();
				seed(store);
			},
			credential: { 'Access Token': accessToken },
			startPage: false,
		});
		void server.register(async (control) => controlRoutes(control, store), {
			prefix: `${CONTROL_PREFIX}/agentflow`,
		});
		void server.register(async (api) => await registerApi(api, store));

		const baseUrl = await listen(server, host, port);
		return {
			announce: {
				baseUrl,
				accessToken,
				tenant: TENANT,
				actingUser: ACTING_USER,
				clientId: CLIENT_ID,
				clientSecret: CLIENT_SECRET,
				audience: AUDIENCE,
				authDomain: new URL(baseUrl).host,
			},
			close: async () => {
				store.clear();
				await server.close();
			},
		};
	},
};

async function registerApi(api: FastifyInstance, store: Store): Promise<void> {
	await api.register(multipart, {
		limits: { fileSize: MAX_FILE_BYTES, fieldSize: MAX_FILE_BYTES },
	});
	api.addContentTypeParser<string>(
		'application/x-www-form-urlencoded',
		{ parseAs: 'string' },
		(_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(text))),
	);
	handleErrors(api);

	const router = new Router(api, store);
	statusRoutes(router);
	for (const register of [
		agentRoutes,
		chatRoutes,
		conversationRoutes,
		toolRoutes,
		approvalRoutes,
		questionRoutes,
		cancellationRoutes,
		taskRoutes,
		completionRoutes,
		batchRoutes,
		knowledgeBaseRoutes,
		promptBlockRoutes,
		memoryRoutes,
		artifactRoutes,
		attachmentRoutes,
		extraRoutes,
	]) {
		register(router, store);
	}
	oauthRoutes(api, store);
	docsPages(api);
	api.get('/openapi.json', async () => openApiDocument(router.operations, store));
}
