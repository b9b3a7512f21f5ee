import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { IGNORE_SSL_ISSUES, ignoreSslIssuesField } from '../nodes/shared/http/certificates';
import { refuseBody, testRules } from '../nodes/shared/http/credentialTest';

const REFUSED =
	'What stands in front of PyFlue did not accept the credential: check Authentication, and its token or header';

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

export class PyFlueApi implements ICredentialType {
	name = 'pyFlueApi';

	displayName = 'PyFlue API';

	documentationUrl =
		'https://github.com/n8n-nodes-agent-platforms/n8n-nodes-agent-platforms/blob/main/docs/pyflue.md';

	icon: Icon = {
		light: 'file:../nodes/PyFlue/pyFlue.svg',
		dark: 'file:../nodes/PyFlue/pyFlue.dark.svg',
	};

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'http://127.0.0.1:2024',
			required: true,
			placeholder: 'e.g. https://agents.example.com/flue',
			description:
				'Where your PyFlue server answers: http:// or https:// in front, and its path prefix if it has one',
		},
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'None', value: 'none' },
				{ name: 'Bearer Token', value: 'bearer' },
				{ name: 'Custom Header', value: 'header' },
			],
			default: 'none',
			description:
				'PyFlue itself asks for nothing. Choose what the proxy or the application in front of it asks for.',
		},
		{
			displayName: 'Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { show: { authentication: ['bearer'] } },
			default: '',
			required: true,
			description: 'Sent as "Authorization: Bearer …"',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			displayOptions: { show: { authentication: ['header'] } },
			default: '',
			required: true,
			placeholder: 'e.g. X-API-Key',
		},
		{
			displayName: 'Header Value',
			name: 'headerSecret',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { show: { authentication: ['header'] } },
			default: '',
			required: true,
		},
		{
			displayName: 'Admin Path',
			name: 'adminPath',
			type: 'string',
			default: '/admin',
			description:
				"Where the server's admin routes are, below the Base URL. Lists of runs and the trigger need them.",
		},
		ignoreSslIssuesField,
	];

	authenticate = async (
		{ authentication, token, headerName, headerSecret }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const added =
			authentication === 'bearer'
				? { Authorization: `Bearer ${textOf(token)}` }
				: authentication === 'header' && textOf(headerName) !== ''
					? { [textOf(headerName)]: textOf(headerSecret) }
					: {};
		return { ...request, headers: { ...request.headers, ...added } };
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
			url: '/health',
			disableFollowRedirect: true,
			skipSslCertificateValidation: IGNORE_SSL_ISSUES,
		},
		// PyFlue's answer says which framework it is of.
		rules: testRules(
			{
				401: REFUSED,
				403: REFUSED,
				404: 'No PyFlue server is at this address: check the Base URL, and the path prefix of the server if it has one',
			},
			[
				refuseBody(
					'framework',
					undefined,
					'Something answers at this Base URL, but it is no PyFlue server',
				),
			],
		),
	};
}
