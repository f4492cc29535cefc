import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../../src/process/process-identity.ts';
import { stopProcess } from '../../src/process/stop-process.ts';

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
