import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DaemonRow } from '../../../src/domain/daemon/daemon.ts';

export interface PlantedRow extends DaemonRow {
  /** The time between two rounds. */
  readonly restMs?: number;
}

/** Returns a planted daemon that needs EVENT_ROUTER and does a round each half second. */
export const plantedRow = (id: string, over: Partial<PlantedRow> = {}): PlantedRow => ({
  id,
  summary: 'does what its file says',
  critical: true,
  dependencies: ['EVENT_ROUTER'],
  intervalMs: 60_000,
  restMs: 500,
  ...over,
});

/** Daemons of a test, in the catalogue of the real processes of a cluster. `plant.mjs` has what each can be made to do. */
export interface Planted {
  /** The environment of `ringmaster up`, which the processes inherit. */
  readonly env: Readonly<Record<string, string>>;
  readonly make: (daemon: string, behaviour: string) => void;
}

/** Plants the daemons of `rows`. The real daemons of `spoiled` can be made to fail too. */
export function plantDaemons(folder: string, rows: readonly PlantedRow[], spoiled: readonly string[] = []): Planted {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
  writeFileSync(join(folder, 'spoiled.json'), JSON.stringify(spoiled));
  return {
    env: { RM_PLANTED: folder, NODE_OPTIONS: `--import=${fileURLToPath(new URL('plant.mjs', import.meta.url))}` },
    make: (daemon, behaviour) => {
      // A rename is one step, so no round reads half a file.
      writeFileSync(join(folder, `${daemon}.new`), behaviour);
      renameSync(join(folder, `${daemon}.new`), join(folder, daemon));
    },
  };
}
