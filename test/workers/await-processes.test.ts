import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { awaitProcesses } from '../../workers/control/await-processes.ts';

const hourMs = 3_600_000;
/** No process of Linux has this pid. */
const endedPid = 2 ** 30;
let state: string;
let said: string[];
const writeReady = (name: string, pid: number): void => writeFileSync(statePaths(state).ready(name), `${pid}\n`);
const awaitBoth = (limitMs: number) => awaitProcesses({ state, processes: ['ledger', 'gateway'], say: (line) => said.push(line) }, limitMs);

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ringmaster-await-'));
  said = [];
  mkdirSync(statePaths(state).run, { recursive: true });
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

test('control goes on when each process that it needs is ready', async () => {
  writeReady('gateway', process.pid);
  let isOver = false;
  const wait = awaitBoth(hourMs).then(() => (isOver = true));
  await new Promise((done) => setTimeout(done, 100));
  expect(isOver).toBe(false);
  writeReady('ledger', process.pid);
  await wait;
  expect(said).toEqual([]);
});

test('control goes on without a process that is not ready in time, and names it', async () => {
  writeReady('gateway', process.pid);
  // The ledger was ready, and has ended.
  writeReady('ledger', endedPid);
  await awaitBoth(1_000);
  expect(said).toEqual(['ledger not ready after 1 s; control goes on, and the work of the workflows waits']);
});
