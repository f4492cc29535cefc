import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { plantFault } from '../../src/practice/plant-fault.ts';
import { descendants } from '../support/processes.ts';
import { eventually } from '../support/eventually.ts';

const job = { item: `fault.${process.pid}`, epoch: 1 };
let supervisor: ChildProcess | undefined;
afterEach(() => supervisor?.kill('SIGKILL'));

test('a planted fault kills the program of a job and not its supervisor', async () => {
  supervisor = spawn('sh', ['-c', 'sleep 60; exit 7'], { stdio: 'ignore', env: { ...process.env, RINGMASTER_JOB: `${job.item}/${job.epoch}` } });
  const ended = once(supervisor, 'exit');
  const pid = await eventually('the program', () => descendants(supervisor?.pid ?? 0)[0]);
  expect(await eventually('the fault', () => plantFault(job))).toBe(pid);
  expect(await ended).toEqual([7, null]);
});

test('a job that does not run here is reported as such', () => {
  expect(plantFault({ item: job.item, epoch: 2 })).toBeUndefined();
});
