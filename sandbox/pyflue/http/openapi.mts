import type { Route } from './router.mts';

interface Info {
	title: string;
	description: string;
	version: string;
}

/** An OpenAPI document of the routes that are documented: paths and statuses, no schemas. */
export function openapi(info: Info, routes: Route[]) {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const { methods, path, documented } of routes) {
		if (!documented) continue;
		const responses = Object.fromEntries(documented.map((status) => [status, { description: '' }]));
		const operations = methods.map((method) => [method.toLowerCase(), { responses }]);
		paths[path] = { ...paths[path], ...Object.fromEntries(operations) };
	}
	return { openapi: '3.1.0', info, paths };
}
