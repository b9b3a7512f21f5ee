export type Auth =
	| { type: 'none' }
	| { type: 'bearer'; token: string }
	| { type: 'header'; name: string; value: string };

/** How a stream is put on the wire; all of it is legal, so a client must take all of it. */
export interface StreamShape {
	/** Bytes a write; `null`: a whole frame. */
	chunkBytes: number | null;
	lineEnd: '\n' | '\r\n' | '\r';
	/** JSON over several `data:` lines. */
	multilineData: boolean;
	/** A comment before each line. */
	comments: boolean;
	/** The connection is lost after as many frames; `null`: never. */
	cutAfterEvents: number | null;
}

/** What kind of server this is, changed over the control routes. */
export interface Settings {
	/** Whose agents and workflows are deployed. */
	project: 'demo' | 'recorded' | 'noWorkflows';
	variant: 'pyflue' | 'flue';
	/** Checked by a proxy in front of the server, which has no authentication of its own. */
	auth: Auth;
	/** The proxy's path, such as `/flue`; empty: none. */
	prefix: string;
	/** Newest runs that are kept. */
	maxRuns: number;
	/** Processes; requests go to them in turn. */
	workers: number;
	/** Each process keeps runs for itself. `sqlite`: in a file, which it reads when it starts. */
	runStore: 'memory' | 'sqlite';
	/** Flue: started by `flue dev`, whose errors say more. */
	dev: boolean;
	/** Flue: an accepted workflow that throws ends the process, for as long; `null`: it goes on. */
	downAfterThrowMs: number | null;
	heartbeatMs: number;
	/** The import error of a broken agent file; `null`: none is broken. */
	brokenAgent: string | null;
	stream: StreamShape;
}

export function defaultSettings(): Settings {
	return {
		project: 'demo',
		variant: 'pyflue',
		auth: { type: 'none' },
		prefix: '',
		maxRuns: 1024,
		workers: 1,
		runStore: 'memory',
		dev: false,
		downAfterThrowMs: null,
		heartbeatMs: 15_000,
		brokenAgent: null,
		stream: {
			chunkBytes: null,
			lineEnd: '\n',
			multilineData: false,
			comments: false,
			cutAfterEvents: null,
		},
	};
}
