/**
 * A node works in the same way with each login of the table, by npm ssh2 and by the system's ssh: a command, a job, and copies in both directions by rsync
 * and by tar. Both routes copy in the same way, so the second route only copies the payload of the job. A login that runs no program is refused in the
 * words of the host.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { JobRef } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { awkwardWords } from '../../support/awkward-words.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { coded, MachineHarness } from '../conformance/machine-harness.ts';
import { logIn, programsWithoutRsync } from '../conformance/log-in.ts';
import { loginTable } from '../conformance/logins.ts';
import { realFixture } from '../conformance/real-fixture.ts';
import { type Behind, startBehind } from './far-hosts.ts';

vi.setConfig({ testTimeout: 60_000 });
const temporary = ownTemporaryFolder();
const isRoot = process.getuid?.() === 0;
let withoutRsync = '';
let behind: Behind;

beforeAll(async () => {
  withoutRsync = programsWithoutRsync(temporary);
  behind = await startBehind(tmpdir());
}, 60_000);
afterAll(async () => expect(await behind.remove()).toEqual([]), 60_000);

const routes: readonly (readonly [string, () => Machine, copies: boolean])[] = [
  ['npm ssh2', () => behind.host.machine(), true],
  ["the system's ssh", () => behind.host.open({ type: 'ssh', host: 'behind' }), false],
];

async function expectWorks(open: () => Machine, copies: boolean, note: string | undefined): Promise<void> {
  const harness = new MachineHarness();
  await harness.begin(async () => realFixture(open, async () => []));
  onTestFinished(() => rmSync(harness.scratch, { recursive: true, force: true }));
  const { machine } = harness;
  const script = 'printf "[%s]" "$@"; cat; echo bad >&2; exit 7';
  const ran = await machine.run({ argv: ['sh', '-c', script, 'sh', ...awkwardWords], stdin: 'in\0put', timeoutMs: 20_000 });
  expect(ran).toEqual({
    code: 7,
    signal: null,
    stdout: `${awkwardWords.map((word) => `[${word}]`).join('')}in\0put`,
    stderr: 'bad\n',
    truncated: false,
  });
  expect((await machine.probe()).bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const job = await harness.done(['write', 'a b', 'text', 'manifest']);
  expect((await machine.look([job]))[0]).toMatchObject({ phase: 'ended', exitCode: 0 });
  expect((await machine.manifest(job)).files).toMatchObject([{ path: 'a b', bytes: 4 }]);
  await machine.settle(job, [{ path: 'a b', to: `dataset:${job.item}` }]);
  if (copies) await expectCopies(harness, job);
  const seen = await machine.probe();
  if (note === undefined) expect(seen.noise).toBe(undefined);
  else expect(seen.noise).toContain(note);
}

async function expectCopies(harness: MachineHarness, { item }: JobRef): Promise<void> {
  const { machine } = harness;
  const from = harness.newFolder();
  writeFileSync(join(from, "it's"), Buffer.from([0, 255, 10, 13]));
  const path = process.env['PATH'];
  for (const method of ['rsync', 'tar'] as const) {
    // The first folder has the ssh with the configuration of this test.
    if (method === 'tar') process.env['PATH'] = `${path?.split(':')[0]}:${withoutRsync}`;
    try {
      writeFileSync(join(from, method), method);
      expect(await machine.copy({ type: 'push-tree', dataset: 'pushed', from })).toMatchObject({ changed: true, method });
      const to = harness.newFolder();
      expect(await machine.copy({ type: 'pull-tree', dataset: item, to })).toMatchObject({ files: 1, changed: true, method });
      expect(readFileSync(join(to, 'current', `${item}.a b`), 'utf8')).toBe('text');
    } finally {
      process.env['PATH'] = path;
    }
  }
}

describe.runIf(isRoot).each(routes)('by %s', (_route, open, copies) => {
  test.each(loginTable)('a login by $name', async (row) => {
    onTestFinished(logIn(behind.host, row));
    onTestFinished(() => behind.host.closeMachines());
    if (row.expects === 'works') return expectWorks(open, copies, row.note);
    const failure = await open()
      .probe()
      .catch((error: unknown) => error);
    expect(failure).toEqual(coded('transport.no-shell'));
    expect((failure as Error).message).toContain(row.expects.refused);
  });
});
