/** Tests the ends of a stream over ssh. A bash takes the place of ssh: it gets the host and the command. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { streamOverSsh } from '../../../src/transport/copy/stream-over-ssh.ts';
import type { LoginOutput } from '../../../src/transport/ssh/link/login-form.ts';
import { coded } from '../conformance/machine-harness.ts';
import { rejectionOf } from '../../support/rejection-of.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.useRealTimers());
const folder = mkdtempSync(join(tmpdir(), 'stream-'));

const remote = (login: string, output: LoginOutput = 'apart') => ({
  node: 'n',
  host: 'h',
  folder: '.',
  echoOk: 'ssh h echo ok',
  logInAgain: async () => undefined,
  shell: ['bash', '-c', login],
  login: async () => ({ form: 'exec', output }) as const,
});
/** A login whose session a process holds open. */
const held = remote('sleep 120 & eval "$1"');

test('a stream from a node ends at the end lines, although a process holds the session open', async () => {
  const to = join(folder, 'out');
  await streamOverSsh(
    held,
    { there: { program: 'head -c 3000000 /dev/zero', args: [] }, after: ['sh', '-c', 'cat >"$0"', to] },
    undefined,
    undefined,
  );
  expect(readFileSync(to).equals(Buffer.alloc(3_000_000))).toBe(true);
});

test('a stream to a node ends at the end lines, with what the program on the node says', async () => {
  const before = ['printf', 'in'];
  await streamOverSsh(held, { before, there: { program: '[ "$(cat)" = in ]', args: [] } }, undefined, undefined);
  const failed = streamOverSsh(held, { before, there: { program: 'echo No space left on device >&2; exit 3', args: [] } }, undefined, undefined);
  expect(await rejectionOf(failed)).toEqual(coded('sync.disk-full'));
});

test.each(['exec 2>&1', 'exec 2>&-', 'exec 2>/dev/null'])(
  'a stream in both directions carries files and errors through a login with %j',
  async (start) => {
    const joined = remote(`${start}; eval "$1"`, 'joined');
    const to = join(folder, 'joined');
    const there = { program: 'head -c 1000000 /dev/zero; echo warning >&2', args: [] };
    await streamOverSsh(joined, { there, after: ['sh', '-c', 'cat >"$0"', to] }, undefined, undefined);
    expect(readFileSync(to).equals(Buffer.alloc(1_000_000))).toBe(true);
    const before = ['printf', 'in'];
    await streamOverSsh(joined, { before, there: { program: '[ "$(cat)" = in ]', args: [] } }, undefined, undefined);
    const failed = streamOverSsh(joined, { before, there: { program: 'echo No space left on device >&2; exit 3', args: [] } }, undefined, undefined);
    expect(await rejectionOf(failed)).toEqual(coded('sync.disk-full'));
  },
);

test.each([
  ['from', { after: ['cat'] }, 61_000],
  ['to', { before: ['true'] }, 31 * 60_000],
])('a stream %s a node whose program is killed ends after a silence', async (_way, parts, silentMs) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stream = streamOverSsh(held, { ...parts, there: { program: 'echo out; kill -9 $$', args: [] } }, undefined, undefined);
  const failure = rejectionOf(stream);
  await sleep(2_000);
  vi.advanceTimersByTime(silentMs);
  expect(await failure).toEqual(coded('sync.interrupted'));
});

test('a failure of the program before the stream is a failure of the stream', async () => {
  const before = ['sh', '-c', 'echo "tar: x: Cannot open: Permission denied" >&2; exit 2'];
  const failure = await rejectionOf(streamOverSsh(remote('eval "$1"'), { before, there: { program: 'cat', args: [] } }, undefined, undefined));
  expect(failure).toEqual(coded('sync.permission'));
});
