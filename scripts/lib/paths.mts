import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root folder. */
export const rootFolder = join(import.meta.dirname, '..', '..');

/** The folder that holds Node 24, whatever Node the system has. */
export const toolsBin = join(rootFolder, 'node_modules', '.bin');

/**
 * Where n8n is installed: apart from this package's own dependencies. TEST_N8N names the folder of
 * another n8n (scripts/testVersions.mts).
 */
export const n8nInstallation = process.env.TEST_N8N ?? join(rootFolder, 'scripts', 'n8n');

const ownBin = join(n8nInstallation, 'node_modules', '.bin');

/** The folder that holds the Node which this n8n runs on: its own, where one is installed with it. */
export const n8nBin = existsSync(join(ownBin, 'node')) ? ownBin : toolsBin;

/** Where the packages of the single platforms are built: `build/<package>`. */
export const buildFolder = join(rootFolder, 'build');
