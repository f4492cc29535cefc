/** The programs on a node find the processes of a mark with a grep that reads entries that end with NUL, and with one that does not. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { repository } from '../../support/repository.ts';

ownTemporaryFolder();
const marked = readFileSync(join(repository, 'src/transport/script/library/marked.sh'), 'utf8');

/** Returns a folder with a grep that refuses the option -z, as the grep of an old busybox does. */
function oldGrep(): string {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  const grep = execFileSync('which', ['grep'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh\ncase $1 in -*z*) echo 'unrecognized option: z' >&2; exit 1 ;; esac\nexec ${grep} "$@"\n`;
  writeFileSync(join(bin, 'grep'), script, { mode: 0o755 });
  return bin;
}

test.each([
  ['reads entries that end with NUL', () => ''],
  ['does not', () => `${oldGrep()}${delimiter}`],
])('the processes of a mark are found by a grep that %s', { timeout: 60_000 }, (_, folder) => {
  const mark = `marked-${process.pid}`;
  const env = { ...process.env, PATH: `${folder()}${process.env['PATH']}` };
  const find = (...pattern: readonly string[]): readonly string[] =>
    execFileSync('sh', ['-c', `${marked}\nmarked "$@"`, 'sh', ...pattern], { env, encoding: 'utf8' })
      .split('\n')
      .slice(0, -1);
  const child = (value: string, more: Readonly<Record<string, string>> = {}) =>
    spawn('sleep', ['100'], { env: { ...process.env, RINGMASTER_MARK: value, ...more }, stdio: 'ignore' });
  // sshd gives the text of our program to a forced command, in its environment.
  const forced = child('other', { SSH_ORIGINAL_COMMAND: `${marked}\nRINGMASTER_MARK=${mark}/a\n` });
  const processes = [child(`${mark}/a`), child(`${mark}/b`), child(`${mark}/a/longer`), forced];
  const [a, b, longer] = processes.map(({ pid }) => String(pid));
  try {
    expect(find('-xFe', `RINGMASTER_MARK=${mark}/a`)).toEqual([a]);
    expect(find('-xe', `RINGMASTER_MARK=${mark}/.*`)).toHaveLength(3);
    expect(find('-xe', `RINGMASTER_MARK=${mark}/.*`)).toEqual(expect.arrayContaining([a, b, longer]));
    expect(find('-xFe', `RINGMASTER_MARK=${mark}`)).toEqual([]);
  } finally {
    for (const one of processes) one.kill('SIGKILL');
  }
});
