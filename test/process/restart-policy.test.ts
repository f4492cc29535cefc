import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync, closeSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { lastLogLines, openLog } from '../../src/process/log-file.ts';
import { identify, isAlive } from '../../src/process/process-identity.ts';
import { decideRestart, stableMs } from '../../src/process/restart-policy.ts';
import { stopProcess } from '../../src/process/stop-process.ts';

test('restarts wait longer and longer, never longer than 5 s, and never end', () => {
  const delays: number[] = [];
  let ends = 0;
  for (let n = 0; n < 7; n++) {
    const decision = decideRestart(ends, 10);
    ends = decision.ends;
    delays.push(decision.delayMs);
  }
  expect(delays).toEqual([100, 500, 1_000, 2_000, 5_000, 5_000, 5_000]);
});

test('three quick ends are shown as failed; a stable time is forgiven', () => {
  expect([0, 1, 2].map((before) => decideRestart(before, 10).state)).toEqual(['starting', 'starting', 'failed']);
  expect(decideRestart(6, stableMs)).toEqual({ ends: 1, delayMs: 100, state: 'starting' });
});

test('a process that ignores TERM is killed after its grace', async () => {
  const child = spawn('sh', ['-c', "trap '' TERM; echo on; while :; do sleep 0.1; done"], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const identity = identify(child.pid!)!;
  const bornMs = performance.now();
  expect(await stopProcess(identity, 300)).toBe('killed');
  expect(performance.now() - bornMs).toBeGreaterThanOrEqual(300);
  expect(isAlive(identity)).toBe(false);
  expect(await stopProcess(identity, 300)).toBe('was-gone');
});

test('a log is moved away when it is large, and only then', () => {
  const state = mkdtempSync(join(tmpdir(), 'ringmaster-log-'));
  closeSync(openLog(state, 'control'));
  writeFileSync(statePaths(state).log('control'), 'one\ntwo\nthree\n');
  closeSync(openLog(state, 'control'));
  expect(lastLogLines(state, 'control', 2)).toEqual(['two', 'three']);
  expect(existsSync(`${statePaths(state).log('control')}.1`)).toBe(false);
  truncateSync(statePaths(state).log('control'), 9 * 1024 * 1024);
  closeSync(openLog(state, 'control'));
  expect(statSync(statePaths(state).log('control')).size).toBe(0);
  expect(statSync(`${statePaths(state).log('control')}.1`).size).toBe(9 * 1024 * 1024);
  rmSync(state, { recursive: true });
});
