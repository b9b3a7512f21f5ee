import type { INode, INodeTypeDescription } from 'n8n-workflow';
import { PlatformError } from '../shared/errors';
import { isObject, type Json } from '../shared/json';
import type { Platform } from '../shared/http/platform';
import { field } from '../shared/form/parameters';
import { credentialHeader } from './credentialHeaders';

/** How the node logs in; each value is the type of the credential. */
export const authenticationField = field({
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Access Token', value: 'agentFlowApi', description: 'A token you have got already' },
		{
			name: 'OAuth2 (Machine Client)',
			value: 'agentFlowOAuth2Api',
			description: 'A client ID and secret, with which n8n gets and renews the tokens',
		},
	],
	default: 'agentFlowApi',
});

export const credentials: INodeTypeDescription['credentials'] = [
	{
		name: 'agentFlowApi',
		required: true,
		displayOptions: { show: { authentication: ['agentFlowApi'] } },
	},
	{
		name: 'agentFlowOAuth2Api',
		required: true,
		displayOptions: { show: { authentication: ['agentFlowOAuth2Api'] } },
	},
];

const credentialType = ({ parameters }: INode): string =>
	String(parameters.authentication ?? authenticationField.default);

/** A field of the OAuth2 credential without which AgentFlow would answer 403 (contract: Transport). */
function filled(text: string, label: string): string {
	if (text !== '') return text;
	throw new PlatformError(`The AgentFlow OAuth2 credential has no ${label}`, {
		fix: `Open the credential and fill in '${label}'. AgentFlow wants it with every request of a machine client.`,
	});
}

/** One of FastAPI's validation problems: `{loc: ["body", "field"], msg, type}`. */
function problemText(problem: Json): string {
	if (!isObject(problem)) return String(problem);
	const { loc, msg } = problem;
	// The first step only says which part of the request it is.
	const where = Array.isArray(loc) ? loc.slice(1).join('.') : '';
	const what = typeof msg === 'string' ? msg : JSON.stringify(problem);
	return where ? `${where}: ${what}` : what;
}

function messageIn(body: Json): string | undefined {
	if (typeof body === 'string') return body;
	if (!isObject(body)) return undefined;
	const said = (body.detail ?? body.error_description ?? body.message ?? body.error) as
		Json | undefined;
	if (said === undefined || said === null) return undefined;
	// The editor runs lines together.
	if (Array.isArray(said)) return said.map(problemText).join(';\n');
	return isObject(said) ? (messageIn(said as Json) ?? JSON.stringify(said)) : String(said);
}

/** Everything the AgentFlow nodes' requests have in common (contract: Transport). */
export const platform: Platform = {
	name: 'AgentFlow',
	selfHosted: true,
	credentialType,
	settings: [
		'tenant',
		'actingUser',
		'authDomain',
		'audience',
		'scope',
		'grantType',
		'accessTokenUrl',
		'authentication',
		'additionalBodyProperties',
	],
	headers(credential): Record<string, string> {
		const tenant = credentialHeader(credential.tenant, 'Tenant');
		const actingUser = credentialHeader(credential.actingUser, 'Acting User');
		// The other credential adds its headers itself; n8n's OAuth2 adds the token alone.
		if (credential.grantType !== 'clientCredentials') return {};
		return {
			'snc-tenant': filled(tenant, 'Tenant'),
			'snc-userid': filled(actingUser, 'Acting User'),
		};
	},
	explain(status, body) {
		const message = body === undefined ? undefined : messageIn(body);
		if (status !== 403) return { message };
		return {
			message,
			fix: 'The token may lack a scope, its tenant may differ from Tenant in the credential, Acting User may be missing, or your tenant may not be allowed to use the chosen model. The message says which.',
		};
	},
};
