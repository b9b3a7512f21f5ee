import type { Call } from './call.mts';

export interface Route {
	methods: string[];
	/** Segments in braces match anything but a slash. */
	path: string;
	/** Statuses the OpenAPI document lists; absent: the route is not in it. */
	documented?: number[];
	handle(call: Call): Promise<void> | void;
}

type Match =
	| { type: 'found'; route: Route; params: Record<string, string> }
	| { type: 'wrong method'; allow: string }
	| { type: 'other slash'; path: string }
	| { type: 'none' };

/**
 * Routes as Starlette does: on the decoded path, so that an encoded slash separates segments too;
 * a path that only differs by its last slash is known.
 */
export function match(routes: Route[], method: string, path: string): Match {
	const fitting = routes.flatMap((route) => {
		const found = pattern(route.path).exec(path);
		return found ? [{ route, params: { ...found.groups } }] : [];
	});
	const found = fitting.find(({ route }) => route.methods.includes(method));
	if (found) return { type: 'found', ...found };
	const [first] = fitting;
	if (first) return { type: 'wrong method', allow: first.route.methods.join(', ') };
	const other = path.endsWith('/') ? path.replace(/\/+$/, '') : `${path}/`;
	if (routes.some((route) => pattern(route.path).test(other))) {
		return { type: 'other slash', path: other };
	}
	return { type: 'none' };
}

function pattern(path: string): RegExp {
	const source = path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
	return new RegExp(`^${source}$`);
}
