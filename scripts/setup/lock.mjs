/**
 * Allows one set-up at a time in a checkout, because `npm start` and `npm test` may run together. The lock is a folder, because mkdir is atomic
 * everywhere. The folder contains the owner's pid and, where /proc exists, the owner's start time. With the start time, another process that has the
 * pid of a dead owner does not keep the lock.
 *
 * free → held (mkdir) → free (the owner removes the folder). A lock is stale when its owner is dead, or when the folder has had no owner record for
 * 10 s. A set-up that finds a stale lock first creates a second folder (`.breaking`) and checks the lock again. Only one set-up can create the second
 * folder, so a fresh lock is never removed.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from './cleanup.mjs';
import { fileFault, isFileFault } from './file-fault.mjs';
import { readJson } from './read-json.mjs';
import { SetupError } from './setup-error.mjs';

const pollMs = 100;
const ownerlessMaxMs = 10_000;

export async function withLock(folder, waitMs, work) {
  const deadline = Date.now() + waitMs;
  let reported = false;
  while (!tryTake(folder)) {
    if (isStale(folder)) {
      breakStale(folder);
      continue;
    }
    const pid = readJson(join(folder, 'owner.json'))?.pid;
    if (Date.now() > deadline) {
      throw new SetupError(`Cannot set up because another set-up (pid ${pid}) has held ${folder} for ${waitMs / 1000} s; try again after it ends.`);
    }
    if (!reported) console.log(`waiting for another set-up (pid ${pid ?? 'unknown'})`);
    reported = true;
    await sleep(pollMs);
  }
  const release = onExit.add(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return await work();
  } finally {
    release();
  }
}

function tryTake(folder) {
  if (!makeFolder(folder)) return false;
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
  return true;
}

function isStale(folder) {
  const owner = readJson(join(folder, 'owner.json'));
  if (owner === undefined) return ageMs(folder) > ownerlessMaxMs;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error.code === 'ESRCH';
  }
  const startedAt = startOf(owner.pid);
  return startedAt !== null && owner.startedAt !== null && startedAt !== owner.startedAt;
}

function breakStale(folder) {
  const breaking = `${folder}.breaking`;
  if (!makeFolder(breaking)) {
    if (ageMs(breaking) > ownerlessMaxMs) rmSync(breaking, { recursive: true, force: true });
    return;
  }
  if (isStale(folder)) rmSync(folder, { recursive: true, force: true });
  rmSync(breaking, { recursive: true, force: true });
}

function makeFolder(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (isFileFault(error.code)) throw new SetupError(`Cannot set Ringmaster up because ${fileFault({ code: error.code, path: folder })}`);
    throw error;
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0; // the owner removed it meanwhile, so the caller tries again
  }
}

/** Returns the start of the process in clock ticks since boot (field 22 of /proc/<pid>/stat), or null on a system without /proc. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
