/*
 * The build of what the TypeScript compiler leaves: icons, codex files and output previews into
 * dist, and the checks that need the built package as a whole.
 */
const { execFile } = require('node:child_process');
const { rmSync } = require('node:fs');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

async function compile() {
	const compiler = require.resolve('typescript/bin/tsc');
	await run(process.execPath, [compiler, '-p', 'tsconfig.json']).catch((error) => {
		throw new Error(error.stdout || error.message);
	});
}

const icons = () => src('nodes/**/*.svg', { encoding: false }).pipe(dest('dist/nodes'));

const codex = () => src('nodes/**/*.node.json').pipe(dest('dist/nodes'));

/** The editor's previews of what each operation puts out. */
const schemas = () => run(process.execPath, ['scripts/generateSchemas.mts']);

/** The package as a whole: what n8n will load from it, and what will ship. */
async function check() {
	const { checkCommonPackage } = await import('./scripts/packages/build.mts');
	await checkCommonPackage();
}

/** A package for each platform alone, in build, with the same checks. */
async function platforms() {
	const { buildPlatformPackages } = await import('./scripts/packages/build.mts');
	await buildPlatformPackages();
}

const assets = parallel(icons, codex);

exports.check = check;
exports.build = series(clean, parallel(compile, assets), schemas, check);
exports.packages = series(exports.build, platforms);
exports.default = exports.build;
