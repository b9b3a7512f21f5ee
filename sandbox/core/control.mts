import type { FastifyInstance } from 'fastify';
import { FAULT_KINDS } from './faults.mts';
import type { FaultDefinition, Faults } from './faults.mts';
import { CONTROL_PREFIX } from './paths.mts';
import type { RequestLog } from './requestLog.mts';

interface Controlled {
	log: RequestLog;
	faults: Faults;
	/** Back to the state right after the start. */
	reset: () => void;
}

const faultSchema = {
	type: 'object',
	required: ['kind'],
	additionalProperties: false,
	properties: {
		match: {
			type: 'object',
			additionalProperties: false,
			properties: {
				method: { type: 'string' },
				path: { type: 'string', format: 'regex' },
			},
		},
		kind: { enum: FAULT_KINDS },
		times: { type: ['integer', 'null'], minimum: 1 },
		probability: { type: 'number', minimum: 0, maximum: 1 },
		skip: { type: 'integer', minimum: 0 },
		ms: { type: 'number', minimum: 0 },
		status: { type: 'integer', minimum: 100, maximum: 599 },
		headers: { type: 'object', additionalProperties: { type: 'string' } },
		body: {},
		encoding: { enum: ['latin1'] },
		afterBytes: { type: 'integer', minimum: 0 },
	},
};

/** The routes tests and demos steer a stand-in with; they need no key and no fault strikes them. */
export function registerControl(server: FastifyInstance, { log, faults, reset }: Controlled): void {
	void server.register(
		async (control) => {
			control.get<{ Querystring: { since: number } }>(
				'/requests',
				{
					schema: {
						querystring: {
							type: 'object',
							properties: { since: { type: 'integer', default: 0 } },
						},
					},
				},
				async (request) => log.since(request.query.since),
			);
			control.delete('/requests', async (_request, reply) => {
				log.clear();
				return await reply.code(204).send();
			});

			control.get('/faults', async () => faults.list());
			control.post<{ Body: FaultDefinition }>(
				'/faults',
				{ schema: { body: faultSchema } },
				async (request) => ({ id: faults.add(request.body) }),
			);
			control.delete('/faults', async (_request, reply) => {
				faults.clear();
				return await reply.code(204).send();
			});

			control.post('/reset', async (_request, reply) => {
				reset();
				return await reply.code(204).send();
			});
		},
		{ prefix: CONTROL_PREFIX },
	);
}
