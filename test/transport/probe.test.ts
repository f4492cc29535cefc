/** Tests the free space that a look at a machine reports: it is that of `df`, and it is absent when `df` does not say it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { programsOf } from '../support/programs-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'probe-'));
const machine = openMachine({ node: 'a' as NodeId, owner: ownerNamed('probe'), folder: join(folder, 'node'), connect: { type: 'local' } });
afterAll(async () => {
  await machine.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

const bin = programsOf(folder, (name) => name !== 'df');
const heading = 'Filesystem 1024-blocks Used Available Capacity Mounted on';

test.each<readonly [string, string | undefined, number | undefined]>([
  ['is not there', undefined, undefined],
  ['fails', 'echo "df: .: Transport endpoint is not connected" >&2; exit 1', undefined],
  ['prints its heading alone', `echo "${heading}"`, undefined],
  ['knows no sizes', `printf '${heading}\\nnone - - - - /srv\\n'`, undefined],
  ['prints a size', `printf '${heading}\\n/dev/sda1 900 500 400 56%% /srv\\n'`, 400 * 1024],
  ['prints names with blanks', `printf '${heading}\\n//nas/My Share 900 500 400 56%% /mnt/my share 2\\n'`, 400 * 1024],
  ['prints a full disk', `printf '${heading}\\n/dev/sda1 900 900 0 100%% /\\n'`, 0],
  ['prints a disk that is more than full', `printf '${heading}\\n/dev/sda1 900 950 -50 106%% /\\n'`, 0],
])('a df that %s', async (_, text, free) => {
  const df = join(bin, 'df');
  rmSync(df, { force: true });
  if (text !== undefined) writeFileSync(df, `#!/bin/sh\n${text}\n`);
  if (text !== undefined) chmodSync(df, 0o755);
  vi.stubEnv('PATH', bin);
  const seen = await machine.probe();
  expect(seen.diskFreeBytes).toBe(free);
  expect({ workerAlive: seen.workerAlive, path: seen.place?.path }).toEqual({ workerAlive: false, path: join(folder, 'node') });
});
