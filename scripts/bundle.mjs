// Puts what n8n loads into dist: every node and credential that package.json lists, with all they
// need, in one file. n8n loads one file in a fraction of the time of hundreds, and what the nodes
// need of others (zod, p-limit) is then the version they were tested with, whatever n8n and the
// packages beside this one bring. Only `n8n-workflow` is n8n's own, because its errors must be.
//
//   node scripts/bundle.mjs    bundles the package in the current folder
//
// Plain JavaScript without the rest of scripts: the repositories of the single platforms have it too.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { buildSync } from 'esbuild';

const folder = process.cwd();
const bundle = 'dist/index.js';
const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
/** What n8n loads, such as `dist/nodes/FlyMyAi/FlyMyAi.node.js`. */
const loaded = [...n8n.nodes, ...n8n.credentials];

/** The code is readable: reviewers see it, and a stack trace leads into it even without its map. */
const { metafile } = buildSync({
	absWorkingDir: folder,
	stdin: {
		contents: loaded.map((file) => `export * from './${sourceOf(file)}';`).join('\n'),
		resolveDir: folder,
	},
	outfile: bundle,
	bundle: true,
	format: 'cjs',
	platform: 'node',
	// The oldest Node that an n8n of the README's table runs on.
	target: 'node20',
	external: ['n8n-workflow'],
	// n8n reads the map when it writes a stack trace, which then names our sources and their lines.
	sourcemap: 'linked',
	sourcesContent: false,
	// The same bytes wherever node_modules lies.
	preserveSymlinks: true,
	metafile: true,
	legalComments: 'none',
	logLevel: 'warning',
});

/** `nodes/X/X.node` for `dist/nodes/X/X.node.js`. */
function sourceOf(file) {
	return file.replace(/^dist\//, '').replace(/\.js$/, '');
}

// What n8n's own build has left: a compiled file for each source.
for (const place of ['nodes', 'credentials']) {
	const compiled = join(folder, 'dist', place);
	mkdirSync(compiled, { recursive: true });
	for (const file of readdirSync(compiled, { recursive: true })) {
		if (file.endsWith('.js')) rmSync(join(compiled, file));
	}
}

for (const file of loaded) {
	const name = basename(file).split('.')[0];
	const from = posix.relative(posix.dirname(file), bundle);
	mkdirSync(dirname(join(folder, file)), { recursive: true });
	writeFileSync(join(folder, file), `exports.${name} = require('${from}').${name};\n`);
}

const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
const packages = new Set(inputs.flatMap((input) => packageOf(input) ?? []));
writeFileSync(
	join(folder, 'dist', 'THIRD-PARTY-LICENSES.txt'),
	[...packages].sort().map(licenceOf).join('\n'),
);

/** The folder of the package that a bundled file belongs to; none where the file is our own. */
function packageOf(input) {
	return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** What the licence of a package asks for: its whole text beside its code. */
function licenceOf(place) {
	const { name, version } = JSON.parse(readFileSync(join(folder, place, 'package.json'), 'utf8'));
	const file = readdirSync(join(folder, place)).find((entry) => /^licen[cs]e/i.test(entry));
	if (file === undefined) throw new Error(`${name} is bundled, and has no licence text`);
	return `${name} ${version}\n\n${readFileSync(join(folder, place, file), 'utf8').trim()}\n`;
}
