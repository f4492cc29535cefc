import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseYaml } from './fault/yaml-document.ts';

/** The state folder that a cluster file names, even when the rest of the file is faulty: `down` must always work. Throws when it cannot be read. */
export function stateFolderOf(clusterFile: string): string {
  const file = resolve(clusterFile);
  const { value } = parseYaml(readFileSync(file, 'utf8'), file);
  const said = (value as { readonly state?: unknown } | null | undefined)?.state;
  const state = typeof said === 'string' && said !== '' ? said : '.state';
  return state === '~' || state.startsWith('~/') ? join(homedir(), state.slice(2)) : resolve(dirname(file), state);
}
