import type { FastifyInstance } from 'fastify';

/** `/docs` and `/redoc`: where a browser lands. The OpenAPI document is the content. */
export function docsPages(api: FastifyInstance): void {
	for (const path of ['/docs', '/redoc']) {
		api.get(
			path,
			async (_request, reply) => await reply.type('text/html; charset=utf-8').send(PAGE),
		);
	}
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>AgentFlow stand-in</title>
<h1>AgentFlow: local stand-in</h1>
<p><strong>This is not the real AgentFlow.</strong> It is a small server on this computer that answers
like its API, so that you can try the nodes without an account. Its agents are made up, it sends
nothing anywhere, and it forgets everything when it stops.</p>
<p>Its operations: <a href="/openapi.json">/openapi.json</a>. What was asked of it:
<a href="/__sandbox/requests">/__sandbox/requests</a>.</p>
</html>
`;
