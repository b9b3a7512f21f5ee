import { isObject } from '../shared/json';
import type { Tool } from './schemas';

/** What people call a tool: it names its catalog entry by text, or holds the entry itself. */
export function toolName({ id, mcp_tool }: Pick<Tool, 'id' | 'mcp_tool'>): string {
	if (typeof mcp_tool === 'string') return mcp_tool;
	const entry = isObject(mcp_tool) ? mcp_tool : {};
	return String(entry.title ?? entry.name ?? id);
}

/** What the catalog calls a tool. */
export const codeName = ({ mcp_tool }: Pick<Tool, 'mcp_tool'>): string =>
	String((isObject(mcp_tool) ? mcp_tool.name : mcp_tool) ?? '');

const STATUS_NAMES: Record<string, string> = {
	initialization_required: 'tools need configuration',
};

/** An agent's status in words. */
export const statusName = (status: string): string =>
	STATUS_NAMES[status] ?? status.replaceAll('_', ' ');
