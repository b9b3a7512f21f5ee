import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type {
	ExecutionStatus,
	IConnections,
	IDataObject,
	INode,
	IRunExecutionData,
} from 'n8n-workflow';
import { n8nInstallation } from './paths.mts';

export interface Login {
	email: string;
	password: string;
}

export interface WorkflowFile {
	/** Chosen by the caller: saving again under the same id replaces the workflow. */
	id: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IDataObject;
}

export interface CredentialData {
	name: string;
	type: string;
	data: Record<string, string>;
}

export interface Execution {
	id: string;
	status: ExecutionStatus;
	data: IRunExecutionData;
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

// Executions are stored "flatted"; n8n brings the library that reads them.
const { parse: parseFlatted }: { parse: (text: string) => IRunExecutionData } = createRequire(
	join(n8nInstallation, 'package.json'),
)('flatted');

const unfinished: ExecutionStatus[] = ['new', 'running', 'waiting', 'unknown'];

const EXECUTIONS_A_PAGE = 100;

/** n8n's REST API, as the editor uses it. Every method rejects with n8n's own message. */
export class N8nClient {
	/** For what has no method here: paths below `/rest`; answers are `{ data: … }`. */
	readonly http: AxiosInstance;

	private constructor(http: AxiosInstance) {
		this.http = http;
	}

	/** Logs in as the owner; where n8n has none yet, makes one of this login. */
	static async asOwner(baseUrl: string, login: Login): Promise<N8nClient> {
		const http = axios.create({ baseURL: `${baseUrl}/rest`, timeout: 60_000 });
		http.interceptors.response.use(undefined, (error: unknown) => {
			throw withAnswer(error);
		});
		const settings = await http.get('/settings');
		const answer = settings.data.data.userManagement.showSetupOnFirstLoad
			? await http.post('/owner/setup', { ...login, firstName: 'n8n', lastName: 'Owner' })
			: await http.post('/login', { emailOrLdapLoginId: login.email, password: login.password });
		const cookies = answer.headers['set-cookie'] ?? [];
		http.defaults.headers.common.cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
		return new N8nClient(http);
	}

	/** Creates the credential, or changes the one of that type and name. Answers its id. */
	async saveCredential(credential: CredentialData): Promise<string> {
		const { data: known } = (await this.http.get('/credentials')).data;
		const existing = known.find(
			({ name, type }: CredentialData) => name === credential.name && type === credential.type,
		);
		const answer = existing
			? await this.http.patch(`/credentials/${existing.id}`, credential)
			: await this.http.post('/credentials', credential);
		return answer.data.data.id;
	}

	/** What the editor's connection test of a saved credential says, with these values. */
	async testCredential(id: string, credential: CredentialData): Promise<CredentialTest> {
		const answer = await this.http.post('/credentials/test', {
			credentials: { id, ...credential },
		});
		return answer.data.data;
	}

	/**
	 * Creates the workflow, or replaces the one with its id. Answers the id it is saved under: an n8n
	 * before 2.x chooses one itself.
	 */
	async saveWorkflow(workflow: WorkflowFile): Promise<string> {
		const { status } = await this.http.get(`/workflows/${workflow.id}`, {
			validateStatus: (code) => code === 200 || code === 404,
		});
		const answer =
			status === 200
				? await this.http.patch(`/workflows/${workflow.id}`, workflow)
				: await this.http.post('/workflows', { active: false, ...workflow });
		return answer.data.data.id;
	}

	/**
	 * Publishes the workflow's saved version, which starts its triggers. n8n answers well even where
	 * starting them fails, and then tells why in its log alone.
	 */
	async activate(workflowId: string): Promise<void> {
		const { versionId } = (await this.http.get(`/workflows/${workflowId}`)).data.data;
		await this.http.post(`/workflows/${workflowId}/activate`, { versionId });
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.http.post(`/workflows/${workflowId}/deactivate`, {});
	}

	/** Starts the workflow as the editor's button does. Answers the execution's id at once. */
	async run(workflowId: string, trigger: string): Promise<string> {
		// An older n8n runs the workflow it is handed, a newer one what is saved.
		const workflowData = (await this.http.get(`/workflows/${workflowId}`)).data.data;
		const answer = await this.http.post(`/workflows/${workflowId}/run`, {
			workflowData,
			triggerToStartFrom: { name: trigger },
		});
		return answer.data.data.executionId;
	}

	async stopExecution(executionId: string): Promise<void> {
		await this.http.post(`/executions/${executionId}/stop`);
	}

	/** Ids of all executions of a workflow, newest first. */
	async executionIds(workflowId: string): Promise<string[]> {
		const filter = JSON.stringify({ workflowId });
		const ids: string[] = [];
		// From 2.41 on by a cursor, before that behind the last one.
		for (let after: { lastId?: string; cursor?: string } = {}; ;) {
			const params = { filter, limit: EXECUTIONS_A_PAGE, ...after };
			const { results, nextCursor } = (await this.http.get('/executions', { params })).data.data;
			ids.push(...results.map(({ id }: { id: string }) => id));
			if (results.length < EXECUTIONS_A_PAGE) return ids;
			after = nextCursor ? { cursor: nextCursor } : { lastId: ids.at(-1) };
		}
	}

	async execution(executionId: string): Promise<Execution> {
		const { id, status, data } = (await this.http.get(`/executions/${executionId}`)).data.data;
		return { id, status, data: parseFlatted(data) };
	}

	private async statusOf(executionId: string): Promise<ExecutionStatus> {
		try {
			return (await this.http.get(`/executions/${executionId}`)).data.data.status;
		} catch (error) {
			// So says n8n 2.20 of one whose data it has not stored yet.
			if (error instanceof Error && error.message.includes("reading 'resultData'")) return 'new';
			throw error;
		}
	}

	/** Waits until the execution has ended, well or badly. @throws when it has not after `limitMs`. */
	async finished(executionId: string, limitMs = 60_000): Promise<Execution> {
		const deadline = Date.now() + limitMs;
		while (Date.now() < deadline) {
			const status = await this.statusOf(executionId);
			if (!unfinished.includes(status)) return await this.execution(executionId);
			await sleep(200);
		}
		throw new Error(`Execution ${executionId} was still running after ${limitMs} ms`);
	}
}

/** What a node put out in an execution: the items of one output of its last run. */
export function outputOf({ data }: Execution, nodeName: string, output = 0): IDataObject[] {
	const lastRun = data.resultData.runData[nodeName]?.at(-1);
	return (lastRun?.data?.main[output] ?? []).map((item) => item.json);
}

/** n8n's reason instead of axios' bare status code. */
function withAnswer(error: unknown): unknown {
	if (!axios.isAxiosError(error) || error.response === undefined) return error;
	const { status, data } = error.response;
	const reason = data?.message ?? JSON.stringify(data);
	const request = `${error.config?.method?.toUpperCase()} ${error.config?.url}`;
	return new Error(`n8n answered ${status} to ${request}: ${reason}`);
}
