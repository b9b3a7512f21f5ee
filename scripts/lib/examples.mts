import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { SavedCredentials } from './credentials.mts';
import type { N8nClient, WorkflowFile } from './n8nClient.mts';
import { rootFolder } from './paths.mts';

const folder = join(rootFolder, 'examples');

/** File names of the example workflows. */
export function exampleFiles(): string[] {
	return readdirSync(folder).filter((file) => file.endsWith('.json'));
}

/**
 * An example as a workflow to save. Its id follows from the file name: loading again replaces it.
 * @param placeholders texts of the example, such as addresses, and what takes their place
 */
export function readExample(file: string, placeholders: Record<string, string> = {}): WorkflowFile {
	const id = createHash('sha256').update(file).digest('hex').slice(0, 16);
	const text = Object.entries(placeholders).reduce(
		(replaced, [placeholder, value]) => replaced.replaceAll(placeholder, value),
		readFileSync(join(folder, file), 'utf8'),
	);
	return { ...JSON.parse(text), id };
}

/** The types of the credentials that the workflow's nodes ask for. */
export function credentialTypesOf(workflow: WorkflowFile): string[] {
	return workflow.nodes.flatMap(({ credentials }) => Object.keys(credentials ?? {}));
}

/** The node that "Execute workflow" starts from. */
export function triggerOf(workflow: WorkflowFile): string {
	const trigger = workflow.nodes.find(({ type }) => type.endsWith('Trigger'));
	if (trigger === undefined) throw new Error(`${workflow.name} has no trigger`);
	return trigger.name;
}

/**
 * Saves an example in n8n, its nodes bound to the saved credentials.
 * @throws when a node asks for a credential type that is not among them.
 */
export async function loadExample(
	client: N8nClient,
	file: string,
	credentials: SavedCredentials,
	placeholders?: Record<string, string>,
): Promise<WorkflowFile> {
	const workflow = readExample(file, placeholders);
	const nodes = workflow.nodes.map((node) => bind(node, credentials));
	const id = await client.saveWorkflow({ ...workflow, nodes });
	return { ...workflow, id };
}

function bind(node: INode, saved: SavedCredentials): INode {
	if (node.credentials === undefined) return node;
	const bound = Object.keys(node.credentials).map((type) => {
		if (saved[type] === undefined) throw new Error(`${node.name} needs a credential ${type}`);
		return [type, saved[type]];
	});
	return { ...node, credentials: Object.fromEntries(bound) };
}
