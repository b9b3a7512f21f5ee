import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { ignoreSslIssuesField } from '../nodes/shared/http/certificates';
import { refusePage, testRules } from '../nodes/shared/http/credentialTest';

const ELSEWHERE =
	"AgentFlow's API is not at this address: set Base URL to the address of your instance, without /api/v1";

export class AgentFlowOAuth2Api implements ICredentialType {
	name = 'agentFlowOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'AgentFlow OAuth2 API';

	documentationUrl =
		'https://github.com/n8n-nodes-agent-platforms/n8n-nodes-agent-platforms/blob/main/docs/agentflow.md';

	icon: Icon = {
		light: 'file:../nodes/AgentFlow/agentFlow.svg',
		dark: 'file:../nodes/AgentFlow/agentFlow.dark.svg',
	};

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://your-instance.agentflow.ai',
			description:
				'The address of your AgentFlow instance with https:// in front and its path prefix if it has one, but without /api/v1',
		},
		{
			displayName: 'Tenant',
			name: 'tenant',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acme',
			description: "The tenant, exactly as in the token's claim",
		},
		{
			displayName: 'Acting User',
			name: 'actingUser',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. ada@example.com',
			description:
				'The user in whose name this client acts; AgentFlow refuses a client without one',
		},
		{
			displayName: 'Auth0 Domain',
			name: 'authDomain',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. your-tenant.eu.auth0.com',
			description: 'Where the client gets its tokens',
		},
		{
			displayName: 'Audience',
			name: 'audience',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://api.agentflow.ai',
			description: 'The API for which the tokens are issued',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: '',
			placeholder: 'e.g. agentflow:conversations agentflow:cancellations',
			description: 'What the client may do, separated by spaces; empty asks for all it was granted',
		},
		// By the name by which n8n looks for it where it gets the token.
		{ ...ignoreSslIssuesField, name: 'ignoreSSLIssues' },
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'clientCredentials' },
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			// A domain is reached over https; a stand-in on this computer over http.
			default:
				'={{ ($self["authDomain"].includes("://") ? "" : /^(localhost|127\\.|\\[::1\\])/.test($self["authDomain"]) ? "http://" : "https://") + $self["authDomain"].trim().replace(/\\/+$/, "") + "/oauth/token" }}',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'body' },
		{
			displayName: 'Send Additional Body Properties',
			name: 'sendAdditionalBodyProperties',
			type: 'hidden',
			default: true,
		},
		{
			displayName: 'Additional Body Properties',
			name: 'additionalBodyProperties',
			type: 'hidden',
			default: '={{ JSON.stringify({ audience: $self["audience"] }) }}',
		},
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '/api/v1/agents',
			disableFollowRedirect: true,
			skipSslCertificateValidation: '={{$credentials.ignoreSSLIssues}}',
			encoding: 'text',
			headers: {
				'snc-tenant': '={{$credentials.tenant.trim()}}',
				'snc-userid': '={{$credentials.actingUser.trim()}}',
			},
		},
		rules: testRules(
			{
				401: 'AgentFlow does not accept the token that Auth0 gave: check Auth0 Domain and Audience',
				403: 'The client is not allowed to list agents: check Scope, Tenant and Acting User',
				404: ELSEWHERE,
			},
			refusePage(ELSEWHERE),
		),
	};
}
