/** Tests that the loop beside a checksum ends with its program, also when a signal that no program can catch ends the program. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellFiles } from '../../../src/transport/script/programs.generated.ts';
import { until } from '../../support/eventually.ts';
import { processes, processesIn } from '../../support/processes.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'ringmaster-sum-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([[['dash']], [['bash']], [['busybox', 'sh']]] as const)(
  'the loop of %j ends after its program, and `down` finds its pause',
  { timeout: 60_000 },
  async ([shell, ...applet]) => {
    const owner = `sum-${shell}-${process.pid}`;
    const program = spawn(shell, [...applet, '-c', `owner=${owner}\n${shellFiles['library/sum']}\nsum_lines`], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await until(() => processes().some(({ words, mark }) => words.includes('sleep') && mark === `${owner}/sum/1`), Boolean);
    program.kill('SIGKILL');
    program.stdin.end();
    await expect.poll(() => processesIn(folder), { timeout: 20_000 }).toEqual([]);
  },
);
