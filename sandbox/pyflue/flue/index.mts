// Flue 0.8.1, as far as the wire contract compares it with PyFlue.
import { BareAnswer, RaisedError, envelope, internalError } from '../errors.mts';
import { sendJson } from '../http/call.mts';
import { openapi } from '../http/openapi.mts';
import type { Variant } from '../variant.mts';
import { adminRoutes } from './admin.mts';
import { agentRoutes } from './agents.mts';
import { runRoutes } from './runs.mts';
import { workflowRoutes } from './workflows.mts';

const publicRoutes = [...workflowRoutes, ...agentRoutes, ...runRoutes];

export const flueServer: Variant = {
	routes: [
		...publicRoutes,
		...adminRoutes,
		{
			methods: ['GET'],
			path: '/openapi.json',
			handle: (call) =>
				sendJson(
					call,
					200,
					openapi(
						{
							title: 'Flue Public API',
							description: 'Public Flue agent invocation and workflow run inspection API.',
							version: '0.8.1',
						},
						publicRoutes,
					),
				),
		},
	],
	notFound: () =>
		new BareAnswer(404, '404 Not Found', { 'content-type': 'text/plain; charset=UTF-8' }),
	wrongMethod: (method, allow) =>
		new BareAnswer(
			405,
			{
				error: {
					type: 'method_not_allowed',
					message: `HTTP method ${method} is not allowed on this endpoint.`,
					details: `This endpoint accepts "${allow}" only.`,
				},
			},
			{ allow },
		),
	redirectsSlash: false,
	sendError: (call, error) => {
		const typed =
			error instanceof RaisedError ? internalError('handling this request', error) : error;
		const { error: whole } = envelope(typed);
		const { dev: _dev, ...shown } = whole;
		sendJson(call, typed.status, { error: call.store.settings.dev ? whole : shown });
	},
};
