import type { FastifyInstance } from 'fastify';

interface StartPage {
	title: string;
	credential: Record<string, string>;
}

/** `GET /`: says what answers here, so that nobody takes it for the real service. */
export function registerStartPage(server: FastifyInstance, { title, credential }: StartPage): void {
	server.get('/', async (request, reply) => {
		const baseUrl = `${request.protocol}://${request.host}`;
		const rows = Object.entries({ 'Base URL': baseUrl, ...credential }).map(
			([name, value]) => `<tr><th>${escape(name)}</th><td><code>${escape(value)}</code></td></tr>`,
		);
		return await reply.type('text/html; charset=utf-8').send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escape(title)} stand-in</title>
<style>
	body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
	th { text-align: left; padding-right: 2rem; font-weight: 600 }
	strong { color: #b00020 }
</style>
<h1>${escape(title)}: local stand-in</h1>
<p><strong>This is not the real ${escape(title)}.</strong> It is a small server on this computer that
answers like its API, so that you can try the nodes without an account. Its agents are made up, it
sends nothing anywhere, and it forgets everything when it stops.</p>
<p>Enter this in the ${escape(title)} credential of n8n:</p>
<table>${rows.join('')}</table>
<p>What was asked of it lies under <a href="/__sandbox/requests">/__sandbox/requests</a>.</p>
</html>
`);
	});
}

function escape(text: string): string {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
