import { webAddress } from './manifest.mts';
import type { Manifest } from './manifest.mts';
import type { Platform } from './platforms.mts';

/** Where a platform's package has its repository: beside the common one, under its own name. */
export function ownWebAddress(root: Manifest, { packageName }: Platform): string {
	return new URL(packageName, webAddress(root)).href;
}

/** The common package's name before a platform's node types, replaced by the package's own. */
export function withOwnTypes(text: string, root: Manifest, platform: Platform): string {
	const types = platform.nodes.map(({ description }) => description.name).join('|');
	const common = new RegExp(`${escape(root.name)}\\.(?=(?:${types})\\b)`, 'g');
	return text.replace(common, `${platform.packageName}.`);
}

/**
 * Code and codex files as the platform's own package has them: its node types, and for every link
 * into the common repository its own README, which holds what that link leads to.
 */
export function withOwnNames(text: string, root: Manifest, platform: Platform): string {
	const link = new RegExp(`${escape(webAddress(root))}(?![\\w-])[^'"\`\\s)]*`, 'g');
	const renamed = withOwnTypes(text, root, platform);
	return renamed.replace(link, `${ownWebAddress(root, platform)}#readme`);
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
