/** Helpers that the tests of copies share: source trees, checksums, and the rsync processes of a test file. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { processes } from '../../support/processes.ts';

/** Returns the error with which a step fails. Rejects when the step succeeds. */
export const failureOf = (step: Promise<unknown>): Promise<RingmasterError> =>
  step.then(
    () => Promise.reject(new Error('the step succeeded')),
    (error: RingmasterError) => error,
  );

/** The form of every failure's sentence. */
export const sentence = /^Cannot .+ because .+; try .+/s;

/** Makes a folder with these files in the test file's temporary folder. Returns the path of the new folder. */
export function makeTree(files: Readonly<Record<string, string | Buffer>>): string {
  const from = mkdtempSync(join(tmpdir(), 'tree-'));
  for (const [path, data] of Object.entries(files)) {
    mkdirSync(join(from, path, '..'), { recursive: true });
    writeFileSync(join(from, path), data);
  }
  return from;
}

/**
 * Limits the rate of this process's rsync until the returned function is called. A bash script comes first on the PATH and runs rsync at this rate.
 * The script needs bash for `exec -a`, which gives a program another name than that of its file.
 */
export function limitRsync(kibPerSecond: number, log = '/dev/null'): () => void {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  const rsync = execFileSync('which', ['rsync'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'rsync'), `#!/usr/bin/env bash\nexec -a rsync ${rsync} --bwlimit=${kibPerSecond} --log-file=${log} "$@"\n`, {
    mode: 0o755,
  });
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path}`;
  return () => {
    process.env['PATH'] = path;
  };
}

/** Returns the pids of the rsync processes that work in the test file's temporary folder. */
export const rsyncPids = (): readonly number[] =>
  processes().flatMap(({ pid, words }) => (words[0] === 'rsync' && words.some((word) => word.includes(tmpdir())) ? [pid] : []));
