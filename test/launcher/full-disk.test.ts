/** The launcher on a state folder whose disk is full: a small file system in memory, which only root can mount. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';
import { down, harness, limitMs, pidsOf, restarted, runningCluster, up, useLauncher } from './harness.ts';

useLauncher();
refusedWithoutRoot('a launcher on a full disk');

/** Writes until the disk has no room for another byte. */
function fill(file: string): void {
  const filler = openSync(file, 'w');
  try {
    for (const bytes of [1_048_576, 4_096, 1]) {
      const part = Buffer.alloc(bytes, 'x');
      // The last part that fits may be written in part.
      while (wrote(filler, part));
    }
  } finally {
    closeSync(filler);
  }
}

function wrote(file: number, part: Buffer): boolean {
  try {
    return writeSync(file, part) === part.length;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
    return false;
  }
}

/** Waits until the file has not been written for three seconds. */
const quiet = (file: string): Promise<unknown> =>
  eventually(`${file} is not written`, () => Date.now() - statSync(file).mtimeMs > 3_000, { limitMs: 60_000, everyMs: 250 });

test.runIf(isRoot)(
  'the launcher and its children live while the disk is full, and a process that ends meanwhile runs again when the disk has room',
  async () => {
    const { state } = harness.cluster;
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'ringmaster-test', state]);
    try {
      const first = await up();
      const before = pidsOf(first.processes);
      // The Temporal server ends when a write of its own fails. It writes for some seconds after its start.
      await quiet(join(state, 'temporal.db-wal'));
      const filler = join(state, 'filler');
      fill(filler);
      const shown = async () => {
        const status = await harness.launcher.askStatus(state);
        return status.type === 'answer' ? status.reply : undefined;
      };
      // The disk refuses the changed configuration, so the launcher with the old one goes on.
      harness.cluster.change({ limits: { lostAfter: '5m' } });
      await expect(up()).rejects.toThrow('ENOSPC');
      harness.cluster.change({});
      expect(await shown()).toMatchObject({ pid: first.launcherPid, configEpoch: 1, phase: 'running' });
      expect(runningCluster().configEpoch).toBe(1);
      process.kill(before['gateway']!, 'SIGKILL');
      // Long enough for several starts of the gateway, none of which can write that it is ready.
      for (let looks = 0; looks < 20; looks += 1) {
        await sleep(250);
        const now = await shown();
        expect(now?.pid).toBe(first.launcherPid);
        for (const name of ['server', 'ledger', 'control']) expect(now?.processes.find((one) => one.name === name)?.pid).toBe(before[name]);
      }
      expect((await shown())?.fileFailure?.error).toContain('ENOSPC');
      rmSync(filler);
      await restarted('gateway', before['gateway']!);
      expect((await shown())?.fileFailure).toBeUndefined();
      expect(await up()).toMatchObject({ launcherPid: first.launcherPid, adopted: true });
    } finally {
      await down();
      execFileSync('umount', ['--lazy', state]);
    }
  },
  2 * limitMs,
);
