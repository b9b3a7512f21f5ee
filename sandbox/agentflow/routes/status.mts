import type { Router } from '../router.mts';

export function statusRoutes(router: Router): void {
	router.add({
		method: 'GET',
		path: '/',
		name: 'root',
		tag: 'status',
		open: true,
		handle: () => ({ status: 'ok', service: 'AgentFlow (local stand-in, not the real one)' }),
	});
	router.add({
		method: 'GET',
		path: '/health',
		name: 'health',
		tag: 'status',
		open: true,
		handle: () => ({ status: 'healthy', api: 'ok', memory_mb: memoryMegabytes() }),
	});
	router.add({
		method: 'GET',
		path: '/ready',
		name: 'ready',
		tag: 'status',
		open: true,
		handle: () => ({ status: 'ready', database: 'ok' }),
	});
}

function memoryMegabytes(): number {
	return Math.round(process.memoryUsage().rss / 1024 / 1024);
}
