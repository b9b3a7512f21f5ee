import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { compile } from './compile';
import { freeze } from './freeze';
import { get } from './get';
import { getMany } from './getMany';
import { runInstruction } from './runInstruction';
import { runScript } from './runScript';
import { update } from './update';

export const compilation: Resource<Session> = {
	value: 'compilation',
	name: 'Compilation',
	operations: [compile, freeze, get, getMany, runInstruction, runScript, update],
};
