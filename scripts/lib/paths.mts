import { join } from 'node:path';

/** The repository's root folder. */
export const rootFolder = join(import.meta.dirname, '..', '..');

/** The folder that holds Node 24, whatever Node the system has. */
export const toolsBin = join(rootFolder, 'node_modules', '.bin');

/** Where n8n is installed: apart from this package's own dependencies. */
export const n8nInstallation = join(rootFolder, 'scripts', 'n8n');

/** Where the packages of the single platforms are built: `build/<package>`. */
export const buildFolder = join(rootFolder, 'build');
