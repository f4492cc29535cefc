import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { plantFault } from '../../src/practice/plant-fault.ts';
import { descendants } from '../support/processes.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { eventually } from '../support/eventually.ts';

const job = { item: `fault.${process.pid}`, epoch: 1 };
let supervisor: ChildProcess | undefined;
afterEach(() => supervisor?.kill('SIGKILL'));

test('a planted fault kills the program of a job and not its supervisor', async () => {
  supervisor = spawn('sh', ['-c', 'sleep 60; exit 7'], {
    stdio: 'ignore',
    env: { ...process.env, RINGMASTER_MARK: `mine/${job.item}/${job.epoch}` },
  });
  const ended = once(supervisor, 'exit');
  const pid = await eventually('the program', () => descendants(supervisor?.pid ?? 0)[0]);
  expect(await eventually('the fault', () => plantFault(ownerNamed('mine'), job))).toBe(pid);
  expect(await ended).toEqual([7, null]);
});

test('a job that does not run here is reported as such', () => {
  expect(plantFault(ownerNamed('mine'), { item: job.item, epoch: 2 })).toBeUndefined();
});

test('a job of another cluster with the same key is left alone', async () => {
  supervisor = spawn('sh', ['-c', 'sleep 60; exit 7'], {
    stdio: 'ignore',
    env: { ...process.env, RINGMASTER_MARK: `other/${job.item}/${job.epoch}` },
  });
  await eventually('the program', () => descendants(supervisor?.pid ?? 0)[0]);
  expect(plantFault(ownerNamed('mine'), job)).toBeUndefined();
});
