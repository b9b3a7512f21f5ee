import { isObject } from '../shared/json';
import { take } from '../shared/list';
import { settle } from '../shared/settle';
import type { FlyMyAiApi } from './api';
import { codeName } from './names';
import type { Tool } from './schemas';

/** The only type of tool that can be called without an agent (contract: Tools). */
const CALLABLE = 'custom_class';

/** The tools of the account, each holding its entry in the catalog, by which people know it. */
export async function* accountTools(api: FlyMyAiApi): AsyncGenerator<Tool> {
	// Without the catalog they go by their code names.
	const catalog = await settle(async () => await take(api.tools.available()));
	const entries = 'value' in catalog ? catalog.value : [];
	const byName = new Map(entries.map((entry) => [entry.name, entry]));
	for await (const tool of api.tools.list()) {
		yield { ...tool, mcp_tool: byName.get(codeName(tool)) ?? tool.mcp_tool };
	}
}

/** Those of them that Tool: Call can call, as far as is known. */
export async function* callableTools(api: FlyMyAiApi): AsyncGenerator<Tool> {
	for await (const tool of accountTools(api)) {
		const { mcp_tool: entry } = tool;
		const type = isObject(entry) ? entry.type : undefined;
		if ((type ?? CALLABLE) === CALLABLE) yield tool;
	}
}
