import type { IDataObject, INode } from 'n8n-workflow';
import type { PlatformErrorDetails } from '../errors';
import type { Json } from '../json';
import type { RateLimit } from './rateLimit';

/** What a platform says about an error answer of its own. */
export type Explanation = { message?: string } & Pick<
	PlatformErrorDetails,
	'fix' | 'type' | 'original' | 'runId'
>;

/** What the requests to one platform have in common. */
export interface Platform {
	/** Name for people, e.g. "FlyMyAI". */
	name: string;
	/** The type of the credential in use; a function where the node lets the user choose one. */
	credentialType: string | ((node: INode) => string);
	/**
	 * Headers that n8n does not add by itself, made from the credential's values.
	 *
	 * @throws PlatformError naming the credential's field that is missing
	 */
	headers?(credential: IDataObject): Record<string, string>;
	/** Users run it themselves, so its certificate may be one of their own. */
	selfHosted?: boolean;
	/** Fields of the credential, beside the base URL, that are settings and no secrets. */
	settings?: string[];
	/**
	 * Reads the platform's own words out of the body, and the headers, of an error answer.
	 *
	 * @param path of the request
	 */
	explain(
		status: number,
		body: Json | undefined,
		headers: Record<string, string>,
		path: string,
	): Explanation | undefined;
	/** What an answer's headers tell about the rate limit, where the platform tells of one. */
	limitOf?(headers: Record<string, string>): RateLimit | undefined;
}

/** The type of the credential that this node uses. */
export const credentialTypeOf = ({ credentialType }: Platform, node: INode): string =>
	typeof credentialType === 'string' ? credentialType : credentialType(node);
