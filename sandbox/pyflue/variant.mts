import type { BareAnswer, RaisedError, TypedError } from './errors.mts';
import type { Call } from './http/call.mts';
import type { Route } from './http/router.mts';

/** One of the two servers this stand-in can be. */
export interface Variant {
	routes: Route[];
	/** The router's own 404 and 405. */
	notFound(): BareAnswer;
	wrongMethod(method: string, allow: string): BareAnswer;
	/** Whether a path that only differs by its last slash is redirected. */
	redirectsSlash: boolean;
	sendError(call: Call, error: TypedError | RaisedError): void;
}
