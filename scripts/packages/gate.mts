import { relative } from 'node:path';
import { ESLint } from 'eslint';
import type { Linter } from 'eslint';

/** What n8n's scanner exports; it has no types of its own. */
interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; details?: string }>;
	buildScanConfig(): Promise<Linter.Config[]>;
}

const scanner: Scanner = await import(
	import.meta.resolve('@n8n/scan-community-package/scanner/scanner.mjs')
);

/** A folder, and which of its files n8n's scanner reads in it. */
export interface Leg {
	folder: string;
	patterns: string[];
}

/** The sources that the package's provenance leads to. */
export const sourceLeg = (folder: string): Leg => ({
	folder,
	patterns: scanner.SOURCE_FILE_PATTERNS,
});

/** What is in the tarball, as it lies in the folder it is made from. */
export const tarballLeg = (folder: string): Leg => ({
	folder,
	patterns: ['dist/**/*.js', 'package.json'],
});

/**
 * What n8n's scanner, which decides about verification, has to say: its own verdict, and beyond it
 * the warnings of the same rules, which it keeps to itself. Comments that turn rules off do not
 * count. Empty when there is nothing.
 */
export async function findings({ folder, patterns }: Leg): Promise<string[]> {
	const { passed, details = 'n8n’s scanner refuses the package' } = await scanner.analyzePackage(
		folder,
		patterns,
	);
	if (!passed) return [details];
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await scanner.buildScanConfig(),
	});
	const results = await eslint.lintFiles(patterns);
	return results.flatMap(({ filePath, messages }) =>
		messages.map(
			({ line, message, ruleId }) => `${relative(folder, filePath)}:${line} ${message} (${ruleId})`,
		),
	);
}
