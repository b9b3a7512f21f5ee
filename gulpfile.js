/*
 * The build of what the TypeScript compiler leaves: icons and codex files into dist, and the
 * checks that need the built package as a whole.
 */
const { execFile } = require('node:child_process');
const { existsSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);
const pkg = require('./package.json');

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

const codex = () => src('nodes/**/*.{node.json,schema.json}').pipe(dest('dist/nodes'));

/** What n8n will load: the classes that package.json lists, from dist. */
function builtNodes() {
	return [...pkg.n8n.nodes, ...pkg.n8n.credentials].map((file) => {
		const name = path.basename(file).split('.')[0];
		const Class = require(path.resolve(file))[name];
		if (!Class) throw new Error(`${file} exports no class ${name}`);
		return { file, name, instance: new Class() };
	});
}

/** Every icon exists, for light and for dark backgrounds. */
async function checkIcons() {
	for (const { file, instance } of builtNodes()) {
		const icon = (instance.description ?? instance).icon;
		for (const theme of ['light', 'dark']) {
			const relative = icon?.[theme]?.replace(/^file:/, '');
			if (!relative || !existsSync(path.join(path.dirname(file), relative))) {
				throw new Error(`${file} has no ${theme} icon`);
			}
		}
	}
}

/** Every example is a workflow that n8n can import, and its nodes are filled in as they must be. */
async function checkExamples() {
	const { NodeHelpers } = require('n8n-workflow');
	const own = new Map(
		builtNodes()
			.filter(({ instance }) => instance.description)
			.map(({ instance }) => [`${pkg.name}.${instance.description.name}`, instance.description]),
	);
	const files = existsSync('examples') ? readdirSync('examples') : [];
	for (const file of files.filter((name) => name.endsWith('.json'))) {
		const workflow = JSON.parse(readFileSync(path.join('examples', file), 'utf8'));
		const names = new Set(workflow.nodes.map((node) => node.name));
		for (const [from, { main = [] }] of Object.entries(workflow.connections)) {
			for (const { node: to } of main.flat().filter(Boolean)) {
				if (!names.has(from) || !names.has(to)) {
					throw new Error(`examples/${file} connects ${from} to ${to}, and one of them is missing`);
				}
			}
		}
		for (const node of workflow.nodes) {
			if (!node.type.startsWith(`${pkg.name}.`)) continue;
			const description = own.get(node.type);
			if (!description) throw new Error(`examples/${file} uses ${node.type}, which does not exist`);
			const issues = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
			if (issues) throw new Error(`examples/${file}, ${node.name}: ${JSON.stringify(issues)}`);
		}
	}
}

/** Nothing but the built package ships, and it needs nothing at runtime but n8n. */
async function checkPackage() {
	const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
	const [{ files }] = JSON.parse(stdout);
	const allowed = /^(dist\/|(README|LICENSE|CHANGELOG)(\.md)?$|package\.json$)/;
	const stray = files.map((file) => file.path).filter((name) => !allowed.test(name));
	if (stray.length > 0) throw new Error(`These files would ship too: ${stray.join(', ')}`);
	if (Object.keys(pkg.dependencies ?? {}).length > 0) {
		throw new Error('The package must have no runtime dependencies');
	}
}

const assets = parallel(icons, codex);
const check = series(checkIcons, checkExamples, checkPackage);

exports.check = check;
exports.build = series(clean, parallel(compile, assets), check);
exports.default = exports.build;
