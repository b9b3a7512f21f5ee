import { Background } from './background.mts';
import type {
	Agent,
	ApiKey,
	Delivery,
	Execution,
	KnowledgeBase,
	Thread,
	Trigger,
	Webhook,
	Workflow,
} from './records.mts';
import type { Usage } from './rateLimit.mts';

/** Where the stand-in departs from the backend on purpose; set by tests. */
export interface Settings {
	/** Pages say `has_more`, as the SDKs' types do, instead of `has_next` and its kin. */
	hasMore: boolean;
	/** `hang`: an execute request is never answered; `error`: it gets a 500. Its row stays pending. */
	temporal: 'up' | 'hang' | 'error';
	/** Executions send the webhook events that the documentation promises. */
	deliverEvents: boolean;
	/** Factor on the waits of 2 to 16 minutes between attempts to deliver an event. */
	retryScale: number;
}

const BACKEND: Settings = {
	hasMore: false,
	temporal: 'up',
	deliverEvents: false,
	retryScale: 0.001,
};

/** Everything the stand-in remembers. Maps keep the order of creation. */
export class Store {
	readonly keys = new Map<string, ApiKey>();
	/** By API key. */
	readonly usage = new Map<string, Usage>();
	readonly workflows = new Map<string, Workflow>();
	readonly executions = new Map<string, Execution>();
	readonly agents = new Map<string, Agent>();
	readonly threads = new Map<string, Thread>();
	readonly triggers = new Map<string, Trigger>();
	readonly knowledgeBases = new Map<string, KnowledgeBase>();
	readonly webhooks = new Map<string, Webhook>();
	readonly deliveries = new Map<string, Delivery>();
	readonly background = new Background();
	settings: Settings = { ...BACKEND };

	clear(): void {
		this.background.stopAll();
		this.settings = { ...BACKEND };
		for (const records of Object.values(this)) {
			if (records instanceof Map) records.clear();
		}
	}
}

/** A time as the wire writes it: ISO 8601 with milliseconds and `Z`. */
export function timestamp(ms = Date.now()): string {
	return new Date(ms).toISOString();
}

/** Newest first; of two created at once, the one added later. */
export function newestFirst<T extends { created_at: string }>(records: Iterable<T>): T[] {
	return [...records].reverse().sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
}
