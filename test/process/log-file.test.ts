import { closeSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { lastLogLines, logEnd, openLog } from '../../src/process/log-file.ts';

test('a log is moved away only when it is large', () => {
  const state = mkdtempSync(join(tmpdir(), 'ringmaster-log-'));
  closeSync(openLog(state, 'control'));
  writeFileSync(statePaths(state).log('control'), 'one\ntwo\nthree\n');
  closeSync(openLog(state, 'control'));
  expect(lastLogLines(state, 'control', { linesMax: 2 })).toEqual(['two', 'three']);
  expect(lastLogLines(state, 'control', { from: 4 })).toEqual(['two', 'three']);
  expect([logEnd(state, 'control'), logEnd(state, 'ledger')]).toEqual([14, 0]);
  expect(lastLogLines(state, 'control', { from: 14 })).toEqual([]);
  // The log was moved away or cut since.
  expect(lastLogLines(state, 'control', { from: 15 })).toEqual(['one', 'two', 'three']);
  expect(existsSync(`${statePaths(state).log('control')}.1`)).toBe(false);
  truncateSync(statePaths(state).log('control'), 9 * 1024 * 1024);
  closeSync(openLog(state, 'control'));
  expect(statSync(statePaths(state).log('control')).size).toBe(0);
  expect(statSync(`${statePaths(state).log('control')}.1`).size).toBe(9 * 1024 * 1024);
  rmSync(state, { recursive: true });
});
