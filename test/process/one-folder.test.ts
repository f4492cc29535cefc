/** The processes of a state folder are found by each path that leads to it, and those of a folder that it was copied from are not. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { findMarked } from '../../src/process/find-marked.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { startProcess } from '../../src/process/start-process.ts';
import { stopProcess } from '../../src/process/stop-process.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';

test('a process is found through a symbolic link to its state folder, and not in a copy of the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-folder-'));
  const [state, link, copy] = ['state', 'link', 'copy'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(statePaths(state).run, { recursive: true });
  symlinkSync(state, link);
  const owner = ownerNamed(randomBytes(8).toString('hex'));
  const { record } = await startProcess({ state, clusterId: owner.id, name: 'ledger', argv: ['sleep', '60'], restarts: 0, configEpoch: 1 });
  onTestFinished(async () => {
    await stopProcess(record, 0);
    rmSync(folder, { recursive: true });
  });
  await eventually('the process has its mark', () => findMarked(state, owner).length === 1);
  execFileSync('cp', ['-a', state, copy]);
  const found = (path: string) => [liveRecords(path).map(({ pid }) => pid), findMarked(path, owner).map(({ pid }) => pid)];
  expect(found(state)).toEqual([[record.pid], [record.pid]]);
  expect(found(link)).toEqual([[record.pid], [record.pid]]);
  expect(found(copy)).toEqual([[], []]);
});
