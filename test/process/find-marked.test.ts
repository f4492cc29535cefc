import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findMarked, markOf } from '../../src/process/find-marked.ts';
import { environmentOf } from '../../src/process/proc.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

const nobody = 65_534;
const owner = ownerNamed(randomBytes(8).toString('hex'));

function newState(): string {
  const state = mkdtempSync(join(tmpdir(), 'marked-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}

/** Starts a process with the mark of the ledger of this cluster, and returns its pid. */
async function start(state: string, user: { readonly uid?: number } = {}): Promise<number> {
  const env = { PATH: process.env['PATH'], RINGMASTER_MARK: markOf(owner.id, 'ledger'), RINGMASTER_STATE: state };
  const child = spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env, ...user });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  await eventually('the process has its mark', () => environmentOf(pid).has('RINGMASTER_MARK'));
  return pid;
}

test('a process with the mark of a launcher is found', async () => {
  const state = newState();
  const pid = await start(state);
  expect(findMarked(state, owner, 'ledger')).toMatchObject([{ pid, name: 'ledger', leads: true, isOurs: true }]);
});

refusedWithoutRoot('a process of another user with the mark of a launcher');

test.runIf(isRoot)('a process of another user with the mark of a launcher is not found, so no payload is taken for a process of ours', async () => {
  const state = newState();
  await start(state, { uid: nobody });
  expect(findMarked(state, owner)).toEqual([]);
});

test.runIf(isRoot)('root finds the processes of the user who owns the state folder', async () => {
  const state = newState();
  chownSync(state, nobody, nobody);
  const pid = await start(state, { uid: nobody });
  expect(findMarked(state, owner)).toMatchObject([{ pid }]);
});
