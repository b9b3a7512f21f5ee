import { Credentials, ExecuteContext, getAdditionalKeys, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	UnexpectedError,
	Workflow,
} from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeCredentialTestResult,
	INodeParameters,
	INodeProperties,
	INodeType,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createAdditionalData, createNode, NO_OP, nodeTypesOf } from './workflow.mts';

/** What a user typed into the credentials of a node, by credential type. */
export type CredentialStore = Record<string, ICredentialDataDecryptedObject>;

const registered = new Map<string, ICredentialType>();

/** Makes credential types known to everything this test file runs afterwards. */
export function registerCredentialTypes(...types: ICredentialType[]): void {
	for (const type of types) registered.set(type.name, type);
}

function credentialType(name: string): ICredentialType {
	const type = registered.get(name);
	if (!type) {
		throw new UnexpectedError(
			`Credential type "${name}" is unknown here: pass it to registerCredentialTypes()`,
		);
	}
	return type;
}

/** No fields of a credential type's form, and kept by n8n all the same. */
const KEPT = ['oauthTokenData', 'allowedHttpRequestDomains', 'allowedDomains'];

/** n8n's own credentials helper, with a plain object where n8n has its encrypted database. */
export class StoredCredentialsHelper extends ICredentialsHelper {
	readonly #store: CredentialStore;

	/** What a pre-authentication step changes is written back to `store`, as n8n saves it. */
	constructor(store: CredentialStore) {
		super();
		this.#store = store;
	}

	getParentTypes(name: string): string[] {
		const parents = registered.get(name)?.extends ?? [];
		return parents.flatMap((parent) => [parent, ...this.getParentTypes(parent)]);
	}

	isCredentialUsableByNode(name: string, nodeType: string): boolean {
		const { restrictToSupportedNodes, supportedNodes = [] } = credentialType(name);
		return !restrictToSupportedNodes || supportedNodes.includes(nodeType);
	}

	getCredentialsProperties(name: string): INodeProperties[] {
		const { extends: parents = [], properties } = credentialType(name);
		const merged: INodeProperties[] = [];
		for (const parent of parents) {
			NodeHelpers.mergeNodeProperties(merged, this.getCredentialsProperties(parent));
		}
		NodeHelpers.mergeNodeProperties(merged, properties);
		return merged;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = credentialType(typeName);
		if (!authenticate) return requestOptions;
		if (typeof authenticate === 'function') {
			return await authenticate(credentials, requestOptions);
		}
		if (!workflow || !node) {
			throw new UnexpectedError('A generic authentication needs a workflow and a node');
		}

		const resolve = (text: string): string => {
			if (!isExpression(text)) return text;
			const value = workflow.expression.getSimpleParameterValue(
				node,
				text,
				'internal',
				{ $credentials: credentials },
				undefined,
				'',
			);
			return value ? String(value) : '';
		};
		requestOptions.headers ??= {};
		for (const [place, values] of Object.entries(authenticate.properties)) {
			const target: object = Reflect.get(requestOptions, place) ?? {};
			for (const [key, value] of Object.entries(values)) {
				Reflect.set(target, resolve(key), typeof value === 'string' ? resolve(value) : value);
			}
			Reflect.set(requestOptions, place, target);
		}
		return requestOptions;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication, properties } = credentialType(typeName);
		const expirable = properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true,
		);
		if (!preAuthentication || !expirable) return undefined;
		const isCredentialTest = node.type === NO_OP && node.parameters.temp === '';
		if (credentials[expirable.name] !== '' && !credentialsExpired && !isCredentialTest) {
			return undefined;
		}

		const output = await this.runPreAuthentication(helpers, credentials, typeName);
		const details = node.credentials?.[typeName];
		if (output?.[expirable.name] === undefined || !details) return undefined;
		await this.updateCredentials(details, typeName, { ...this.#stored(typeName), ...output });
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		// n8n types the result of the step more loosely than what it then takes it for.
		const output: IDataObject | undefined = await credentialType(typeName).preAuthentication?.call(
			helpers,
			credentials,
		);
		return output as ICredentialDataDecryptedObject | undefined;
	}

	async getCredentials({ id, name }: INodeCredentialsDetails, type: string): Promise<ICredentials> {
		const credentials = new Credentials({ id, name }, type);
		await credentials.setData(this.#stored(type));
		return credentials;
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		_nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		values?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = this.#stored(type);
		if (raw) return stored;

		const kept = Object.entries(stored).filter(([name]) => KEPT.includes(name));
		const filled = {
			...this.withDefaults(type, stored),
			...Object.fromEntries(kept),
		} as INodeParameters;
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		if (values) {
			return values.workflow.expression.getParameterValue(
				filled,
				values.runExecutionData,
				values.runIndex,
				values.itemIndex,
				values.node.name,
				values.connectionInputData,
				mode,
				keys,
				executeData,
				false,
				filled,
			) as ICredentialDataDecryptedObject;
		}
		const node = createNode({ type: NO_OP, name: 'Credential' });
		const { expression } = new Workflow({
			nodes: [node],
			connections: {},
			active: false,
			nodeTypes: nodeTypesOf({}),
		});
		return expression.getComplexParameterValue(
			node,
			filled,
			mode,
			keys,
			undefined,
			undefined,
			filled,
		) as ICredentialDataDecryptedObject;
	}

	/** The fields a user left alone get the credential type's defaults. */
	withDefaults(type: string, data: ICredentialDataDecryptedObject): INodeParameters {
		const properties = this.getCredentialsProperties(type);
		const given = data as INodeParameters;
		return NodeHelpers.getNodeParameters(properties, given, true, false, null, null) ?? given;
	}

	async updateCredentials(
		_nodeCredentials: INodeCredentialsDetails,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.#store[type] = data;
	}

	async updateCredentialsOauthTokenData(
		_nodeCredentials: INodeCredentialsDetails,
		type: string,
		{ oauthTokenData }: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.#store[type] = { ...this.#stored(type), oauthTokenData };
	}

	#stored(type: string): ICredentialDataDecryptedObject {
		const data = this.#store[type];
		if (!data) throw new UnexpectedError(`No credential of type "${type}" is stored`);
		return data;
	}
}

/**
 * Presses "Test" on a credential: its `test` request goes out through n8n's routing node, and the
 * answer is judged as n8n's credentials tester does, in its words. Registers the type.
 */
export async function testCredential({
	type,
	data,
}: {
	type: ICredentialType;
	data: ICredentialDataDecryptedObject;
}): Promise<INodeCredentialTestResult> {
	if (!type.test) throw new UnexpectedError(`Credential type "${type.name}" has no test`);
	registerCredentialTypes(type);
	const rules = type.test.rules ?? [];
	let response;
	try {
		response = await sendTestRequest(type.name, type.test, data);
	} catch (error) {
		return { status: 'Error', message: messageOfFailure(error, rules) };
	}

	const answer = response?.[0][0].json;
	const broken = rules.find(
		({ type: kind, properties }) =>
			kind === 'responseSuccessBody' &&
			'key' in properties &&
			valueAt(answer, properties.key) === properties.value,
	);
	if (broken) return { status: 'Error', message: broken.properties.message };
	return { status: 'OK', message: 'Connection successful!' };
}

function valueAt(answer: unknown, path: unknown): unknown {
	const steps = String(path).split('.');
	return steps.reduce((value, step) => Reflect.get(Object(value), step), answer);
}

async function sendTestRequest(
	typeName: string,
	{ request }: ICredentialTestRequest,
	data: ICredentialDataDecryptedObject,
) {
	const helper = new StoredCredentialsHelper({ [typeName]: data });
	const details = { id: typeName, name: typeName };
	const noOp = nodeTypesOf({}).getByNameAndVersion(NO_OP);
	const testNode: INodeType = {
		description: {
			...noOp.description,
			credentials: [{ name: typeName, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } },
			],
		},
	};
	const node = createNode({
		type: NO_OP,
		name: 'Temp-Node',
		credentials: { [typeName]: details },
	});
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf({ [NO_OP]: testNode }),
	});
	const context = new ExecuteContext(
		workflow,
		node,
		{ ...createAdditionalData(helper), currentNodeParameters: node.parameters },
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const routingNode = new RoutingNode(context, testNode, {
		...details,
		type: typeName,
		data: helper.withDefaults(typeName, data) as ICredentialDataDecryptedObject,
	});
	return await routingNode.runNode();
}

function messageOfFailure(
	error: unknown,
	rules: NonNullable<ICredentialTestRequest['rules']>,
): string {
	const { message, cause } = error as Error & {
		cause?: { code?: string; response?: { status: number; statusText: string } };
	};
	if (cause?.response) {
		const { status, statusText } = cause.response;
		const rule = rules.find(
			({ type, properties }) => type === 'responseCode' && properties.value === status,
		);
		return rule?.properties.message ?? (statusText || `Received HTTP status code: ${status}`);
	}
	return cause?.code ?? message;
}
