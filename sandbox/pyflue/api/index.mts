// PyFlue 0.2.0.
import { BareAnswer, RaisedError, envelope, internalError } from '../errors.mts';
import type { TypedError } from '../errors.mts';
import { sendJson } from '../http/call.mts';
import { openapi } from '../http/openapi.mts';
import type { Route } from '../http/router.mts';
import type { Variant } from '../variant.mts';
import { adminMount, adminRoutes } from './admin.mts';
import { agentRoutes } from './agents.mts';
import { promptRoutes } from './prompts.mts';
import { runRoutes } from './runs.mts';
import { serverRoutes } from './server.mts';
import { workflowRoutes } from './workflows.mts';

const mainRoutes = [
	...serverRoutes,
	...agentRoutes,
	...workflowRoutes,
	...promptRoutes,
	...runRoutes,
];

const documents: Route[] = [
	document('/openapi.json', () =>
		openapi(
			{
				title: 'PyFlue Agent Server',
				description: 'Public PyFlue agent invocation and run inspection API.',
				version: '0.1.0',
			},
			mainRoutes,
		),
	),
	document('/admin/openapi.json', () =>
		openapi(
			{
				title: 'PyFlue Admin',
				description: 'Read-only PyFlue deployment inspection API.',
				version: '0.1.0',
			},
			adminRoutes.map((route) => ({
				...route,
				path: route.path.slice('/admin'.length),
				documented: [200, 400, 404, 500],
			})),
		),
	),
];

export const pyflueServer: Variant = {
	routes: [...mainRoutes, ...documents, adminMount, ...adminRoutes],
	notFound: () => new BareAnswer(404, { detail: 'Not Found' }),
	wrongMethod: (_method, allow) => new BareAnswer(405, { detail: 'Method Not Allowed' }, { allow }),
	redirectsSlash: true,
	sendError: (call, error: TypedError | RaisedError) => {
		const typed =
			error instanceof RaisedError ? internalError('handling this request', error) : error;
		sendJson(call, typed.status, envelope(typed));
	},
};

function document(path: string, write: () => unknown): Route {
	return { methods: ['GET'], path, handle: (call) => sendJson(call, 200, write()) };
}
