import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { IGNORE_SSL_ISSUES, ignoreSslIssuesField } from '../nodes/shared/http/certificates';
import { credentialHeader } from '../nodes/AgentFlow/credentialHeaders';
import { refusePage, testRules } from '../nodes/shared/http/credentialTest';

const ELSEWHERE =
	"AgentFlow's API is not at this address: set Base URL to the address of your instance, without /api/v1";

export class AgentFlowApi implements ICredentialType {
	name = 'agentFlowApi';

	displayName = 'AgentFlow API';

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
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The access token of your login. Leave it empty only for a local backend in development mode.',
		},
		{
			displayName: 'Tenant',
			name: 'tenant',
			type: 'string',
			default: '',
			description:
				"Only for the token of a machine, which does not say it by itself: the tenant, exactly as in the token's claim",
		},
		{
			displayName: 'Acting User',
			name: 'actingUser',
			type: 'string',
			default: '',
			placeholder: 'e.g. ada@example.com',
			description: 'Only for the token of a machine: the user in whose name it acts',
		},
		ignoreSslIssuesField,
	];

	// An empty value is no header: a backend in development mode verifies a token that is there.
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const accessToken = String(credentials.accessToken ?? '').trim();
		const headers = Object.entries({
			authorization: accessToken && `Bearer ${accessToken}`,
			'snc-tenant': credentialHeader(credentials.tenant, 'Tenant'),
			'snc-userid': credentialHeader(credentials.actingUser, 'Acting User'),
		}).filter(([, value]) => value !== '');
		return { ...request, headers: { ...request.headers, ...Object.fromEntries(headers) } };
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '/api/v1/agents',
			disableFollowRedirect: true,
			skipSslCertificateValidation: IGNORE_SSL_ISSUES,
			encoding: 'text',
		},
		rules: testRules(
			{
				401: 'AgentFlow does not accept the access token: it is missing, wrong or expired. Get a new one.',
				403: 'The access token is not allowed to list agents: it may lack a scope, or Tenant and Acting User do not fit it',
				404: ELSEWHERE,
			},
			refusePage(ELSEWHERE),
		),
	};
}
