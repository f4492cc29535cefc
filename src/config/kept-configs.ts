/**
 * `data/configs/<number>.json`: the cluster files that `up` took, with who brought them and what they changed. The newest are kept. `ringmaster config`
 * shows them and brings one back.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { replaceFile } from '../system/replace-file.ts';
import { keptConfigsMax } from './limits.ts';

export interface KeptConfig {
  readonly v: 1;
  readonly configEpoch: number;
  readonly atMs: number;
  /** The operator, as `user@host`. */
  readonly actor: string;
  /** The cluster file. */
  readonly source: string;
  /** The changes, one a line, as `up` prints them. Empty for the first configuration. */
  readonly changes: readonly string[];
  /** The text of the cluster file. */
  readonly text: string;
}

const fileOf = (folder: string, epoch: number): string => join(folder, `${epoch}.json`);

/** Keeps a cluster file, and removes the oldest ones above the limit. */
export function keepConfig(state: string, kept: KeptConfig): void {
  const folder = statePaths(state).configs;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  replaceFile(fileOf(folder, kept.configEpoch), `${JSON.stringify(kept)}\n`, { sync: true });
  for (const epoch of epochsIn(folder).slice(0, -keptConfigsMax)) rmSync(fileOf(folder, epoch), { force: true });
}

/** Returns the numbers of the kept configurations, the oldest first. */
export const keptEpochs = (state: string): readonly number[] => epochsIn(statePaths(state).configs);

/** Returns a kept configuration, or undefined when it is not kept or cannot be read. */
export function keptConfig(state: string, epoch: number): KeptConfig | undefined {
  try {
    const kept = JSON.parse(readFileSync(fileOf(statePaths(state).configs, epoch), 'utf8')) as Partial<KeptConfig>;
    return kept.v === 1 && kept.configEpoch === epoch && typeof kept.text === 'string' ? (kept as KeptConfig) : undefined;
  } catch {
    return undefined;
  }
}

function epochsIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => (/^[1-9]\d*\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
      .toSorted((a, b) => a - b);
  } catch {
    return []; // No configuration was kept yet.
  }
}
