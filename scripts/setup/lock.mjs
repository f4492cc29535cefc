/**
 * One set-up at a time in a checkout (`npm start` beside `npm test`). The lock is a folder, because mkdir is atomic everywhere; inside is its
 * owner's pid and, where /proc tells it, the start time, so that a reused pid does not keep a dead lock alive.
 *
 * free → held (mkdir) → free (its owner removes it). A lock whose owner is dead, or that has had no owner's name for 10 s, is stale: whoever
 * finds it removes it under a second folder (`.breaking`), looking again first, so that two finders never remove a fresh lock.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from './cleanup.mjs';
import { readJson } from './read-json.mjs';
import { SetupError } from './setup-error.mjs';

const pollMs = 100;
const namelessMaxMs = 10_000;

export async function withLock(folder, waitMs, work) {
  const deadline = Date.now() + waitMs;
  let told = false;
  while (!tryTake(folder)) {
    if (isStale(folder)) {
      breakStale(folder);
      continue;
    }
    const pid = readJson(join(folder, 'owner.json'))?.pid;
    if (Date.now() > deadline) {
      throw new SetupError(`Cannot set up because another set-up (pid ${pid}) has held ${folder} for ${waitMs / 1000} s; try again after it ends.`);
    }
    if (!told) console.log(`waiting for another set-up (pid ${pid ?? 'unknown'})`);
    told = true;
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
  if (owner === undefined) return ageMs(folder) > namelessMaxMs;
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
    if (ageMs(breaking) > namelessMaxMs) rmSync(breaking, { recursive: true, force: true });
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
    throw new SetupError(`Cannot set up because ${folder} cannot be made (${error.code}); try as the user who owns this checkout.`);
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0; // gone meanwhile: ask again
  }
}

/** Clock ticks since boot at which the process began (field 22 of /proc/<pid>/stat), or null where there is no /proc. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
