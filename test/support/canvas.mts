// What the tests of every platform's node share: the node on a canvas with a credential for it, what
// came of its execution, and what it asked of the sandbox meanwhile.
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	ResourceMapperFields,
} from 'n8n-workflow';
import type { LoggedRequest } from '../../sandbox/core/requestLog.mts';
import type { CredentialStore } from './credentials.mts';
import { executeNode, loadOptions } from './n8n.mts';
import type { ExecuteOptions, ExecuteResult } from './n8n.mts';
import type { SandboxControl } from './sandbox.mts';

/** The header that marks the requests of the tests themselves. */
export const SET_UP = 'x-set-up';

export interface Stage {
	node: INodeType;
	/** The credential of the node, as long as a test gives no other. */
	credentials(): CredentialStore;
	/** The sandbox's platform that the credential leads to. */
	control(): SandboxControl;
	/** What stands for ids that differ in each run of the test. */
	shortened?(path: string): string;
}

export type Settings = Partial<Omit<ExecuteOptions, 'node' | 'parameters'>>;

type Call = [
	resource: string,
	operation: string,
	parameters?: INodeParameters,
	settings?: Settings,
];

/** What the editor knows while the form is being filled in. */
interface Form {
	parameters?: INodeParameters;
	/** What the user typed into the search field of a list. */
	filter?: string;
	credentials?: CredentialStore;
}

/** Puts a node on a canvas. */
export function onCanvas({ node, credentials, control, shortened = (path) => path }: Stage) {
	/** Executes one operation of the node; answers all that came of it. */
	async function result(
		...[resource, operation, parameters = {}, settings = {}]: Call
	): Promise<ExecuteResult> {
		return await executeNode({
			node,
			parameters: { resource, operation, ...parameters },
			credentials: credentials(),
			...settings,
		});
	}

	/** The same, for the items of the first output. */
	async function execute(...call: Call): Promise<INodeExecutionData[]> {
		return (await result(...call)).output[0];
	}

	/** The same, for what is in these items. */
	async function rows(...call: Call): Promise<IDataObject[]> {
		return (await execute(...call)).map(({ json }) => json);
	}

	/** The same, for the only item. */
	async function row(...call: Call): Promise<IDataObject> {
		const [only, ...others] = await rows(...call);
		if (only === undefined || others.length > 0) throw new Error('Not one item');
		return only;
	}

	/** What the node asked of the platform, oldest first. */
	async function sent(match = /./): Promise<LoggedRequest[]> {
		const requests = await control().requests();
		return requests.filter(({ path, headers }) => !(SET_UP in headers) && match.test(path));
	}

	/** The same, as lines such as `GET /api/v1/workflows`. */
	async function sentLines(match = /./): Promise<string[]> {
		return (await sent(match)).map(({ method, path }) => `${method} ${shortened(path)}`);
	}

	/** What the editor offers in a list. */
	async function offered(method: string, form: Form = {}) {
		const options = { node, method, credentials: credentials(), ...form };
		return (await loadOptions({ kind: 'listSearch', ...options })).results;
	}

	/** The fields the editor draws for what is picked in `parameters`. */
	async function drawn(method: string, parameters: INodeParameters): Promise<ResourceMapperFields> {
		const options = { node, method, credentials: credentials(), parameters };
		return await loadOptions({ kind: 'resourceMapping', ...options });
	}

	return { result, execute, rows, row, sent, sentLines, offered, drawn };
}

/** How an execution failed; fails itself when it did not, or with an error n8n has no form for. */
export async function failureOf(
	execution: Promise<unknown>,
): Promise<NodeApiError | NodeOperationError> {
	const error: unknown = await execution.then(
		() => new Error('The execution went through'),
		(reason: unknown) => reason,
	);
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	throw error;
}

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(20);
}

/** An id, or a number of one, in a resource locator. */
export const byId = (value: string | number): INodeParameters => ({
	__rl: true,
	mode: 'id',
	value,
});

/** A name in a resource locator. */
export const byName = (value: string): INodeParameters => ({ __rl: true, mode: 'name', value });
