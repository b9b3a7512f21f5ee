import type {
	ICredentialDataDecryptedObject,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { refuseBody, REFUSED_ALWAYS, testRules } from '../nodes/shared/http/credentialTest';

/** What the connection test says when the answer names this code. */
const refusal = (code: string, message: string) => refuseBody('error.code', code, message);

export class FlowMaestroApi implements ICredentialType {
	name = 'flowMaestroApi';

	displayName = 'FlowMaestro API';

	documentationUrl =
		'https://github.com/n8n-nodes-agent-platforms/n8n-nodes-agent-platforms/blob/main/docs/flowmaestro.md';

	icon: Icon = {
		light: 'file:../nodes/FlowMaestro/flowMaestro.svg',
		dark: 'file:../nodes/FlowMaestro/flowMaestro.dark.svg',
	};

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. fm_live_…',
			description:
				'The key of your FlowMaestro workspace; it begins with "fm_live_". What it may do depends on its scopes.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.flowmaestro.ai',
			description:
				'The address alone, with https:// in front; a path in front of the API is kept, such as that of a proxy. FlowMaestro\'s documentation adds "/v1", which its server does not know: leave it out. Its SDKs name https://api.flowmaestro.io: enter that if your account lives there.',
		},
	];

	// Not an expression: the triggers of a workflow share the context in which n8n evaluates those, and
	// it ends with the first of them that has polled.
	authenticate = async (
		{ apiKey }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => ({
		...request,
		headers: { ...request.headers, 'X-API-Key': typeof apiKey === 'string' ? apiKey.trim() : '' },
	});

	// Every answer is read, whatever its status: a 403 says that the key is right and lacks a scope, and a 429 that it was
	// used a lot.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '/api/v1/workflows',
			qs: { per_page: 1 },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: REFUSED_ALWAYS },
		},
		rules: testRules({}, [
			refusal('invalid_api_key', 'The API key is missing, wrong or inactive'),
			refusal('expired_api_key', 'The API key has expired'),
			refusal('revoked_api_key', 'The API key was revoked'),
			refuseBody(
				'meta.request_id',
				undefined,
				'FlowMaestro\'s API is not at this address: enter it without "/v1" or "/api/v1" at its end',
			),
		]),
	};
}
