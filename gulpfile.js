/*
 * The build: one file of code with what n8n loads from it, icons, codex files and output previews
 * into dist, and the checks that need the built package as a whole.
 */
const { execFile } = require('node:child_process');
const { rmSync } = require('node:fs');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

/** The bundler takes types away without a look at them. */
async function checkTypes() {
	const compiler = require.resolve('typescript/bin/tsc');
	await run(process.execPath, [compiler, '-p', 'tsconfig.json', '--noEmit']).catch((error) => {
		throw new Error(error.stdout || error.message);
	});
}

const bundle = () => run(process.execPath, ['scripts/bundle.mjs']);

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
exports.build = series(clean, parallel(checkTypes, bundle, assets, schemas), check);
exports.packages = series(exports.build, platforms);
exports.default = exports.build;
