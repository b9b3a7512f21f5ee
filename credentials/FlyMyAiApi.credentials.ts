import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { IGNORE_SSL_ISSUES, ignoreSslIssuesField } from '../nodes/shared/http/certificates';
import { refusePage, testRules } from '../nodes/shared/http/credentialTest';

const ELSEWHERE =
	"FlyMyAI's API is not at this address: set Base URL to https://backend.flymy.ai, or to the address of your own FlyMyAI without /api/v1";

export class FlyMyAiApi implements ICredentialType {
	name = 'flyMyAiApi';

	displayName = 'FlyMyAI API';

	documentationUrl =
		'https://github.com/n8n-nodes-agent-platforms/n8n-nodes-agent-platforms/blob/main/docs/flymyai.md';

	icon: Icon = {
		light: 'file:../nodes/FlyMyAi/flyMyAi.svg',
		dark: 'file:../nodes/FlyMyAi/flyMyAi.dark.svg',
	};

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. fly-…',
			description: 'The key of your FlyMyAI account; it begins with "fly-"',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://backend.flymy.ai',
			description:
				'Change it only for a self-hosted or staging FlyMyAI: its address, with https:// or http:// in front',
		},
		ignoreSslIssuesField,
	];

	// Not an expression: the triggers of a workflow share the context in which n8n evaluates those, and
	// it ends with the first of them that has polled.
	authenticate = async (
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => ({
		...request,
		headers: { ...request.headers, 'X-API-KEY': typeof apiKey === 'string' ? apiKey.trim() : '' },
	});

	// The list of agents needs no special right.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '/api/v1/agents/tasks/',
			disableFollowRedirect: true,
			skipSslCertificateValidation: IGNORE_SSL_ISSUES,
			encoding: 'text',
		},
		rules: testRules(
			{
				401: 'The API key is missing, wrong or no longer valid',
				403: 'The API key is not allowed to list agents',
				404: ELSEWHERE,
			},
			refusePage(ELSEWHERE),
		),
	};
}
