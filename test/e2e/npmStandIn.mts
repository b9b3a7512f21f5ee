import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Tarball {
	name: string;
	version: string;
	/** Absolute path. */
	file: string;
}

/**
 * Writes an `npm` that has these packages where the registry is asked for one by name; everything
 * else it leaves to the real npm. n8n's installer asks in two ways: `npm view <name>@<version>` and
 * `npm pack <name>@<version>`. Of several versions of a package the last is the latest.
 * Answers the folder to put first on n8n's PATH.
 */
export function writeNpmStandIn(folder: string, tarballs: Tarball[]): string {
	const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
	const answers = tarballs.flatMap((tarball, index) => {
		const isLatest = !tarballs.slice(index + 1).some(({ name }) => name === tarball.name);
		return [tarball.version, ...(isLatest ? ['latest'] : [])].map((version) =>
			answerOf(tarball, version, npm),
		);
	});
	const script = [
		'#!/bin/sh',
		'case "$1 $2" in',
		...answers,
		`*) exec "${npm}" "$@" ;;`,
		'esac',
		'',
	];
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'npm'), script.join('\n'), { mode: 0o755 });
	return folder;
}

function answerOf({ name, version, file }: Tarball, asked: string, npm: string): string {
	return [
		`"view ${name}@${asked}") echo '"${version}"' ;;`,
		`"pack ${name}@${asked}") exec "${npm}" pack "${file}" --quiet ;;`,
	].join('\n');
}
