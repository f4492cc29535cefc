import { utimes } from 'node:fs/promises';
import type { GatewayActivities } from '../../src/contract/activity/by-queue.ts';
import { KeyedMutex } from '../../src/transport/copy/keyed-mutex.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Home } from './home.ts';

/** Jobs on several nodes may end with the same bytes at the same time, so only one transfer at a time may write to a path at home. */
const pathsAtHome = new KeyedMutex();

/** Copies the outputs that the item wants at home, by content. An output that is already at home is only checked. */
export async function fetchOutputs(
  { job, spec, manifest }: Parameters<GatewayActivities['fetchOutputs']>[0],
  machine: Machine,
  home: Home,
  signal: AbortSignal,
): Promise<void> {
  for (const { path } of spec.outputs.filter((rule) => rule.to === 'home')) {
    const file = manifest.files.find((one) => one.path === path);
    if (file === undefined) continue;
    const to = home.blob(file.sha256);
    await pathsAtHome.runExclusive(to, async () => {
      await machine.copy({ type: 'pull-output', job, path, bytes: file.bytes, sha256: file.sha256, to, signal });
      // The bytes may be at home since long ago. Their time says when they were needed last (`tidyHome`).
      const now = new Date();
      await utimes(to, now, now);
    });
  }
}
