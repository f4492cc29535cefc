/** A server that allows one session on a connection (MaxSessions 1) is a node like any other: nothing of ours fails because of it. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Machine } from '../../../src/transport/machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { until } from '../../support/eventually.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { processes } from '../../support/processes.ts';
import { useSshConfig } from '../../support/ssh-config.ts';
import { blockOf } from './far-hosts.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
let restore: () => void = () => undefined;
aroundHost(async () => {
  host = await PracticeHost.start('m', folder);
  appendFileSync(host.node.configFile, 'MaxSessions 1\n');
  await host.killSshd();
  await host.startSshd();
  restore = useSshConfig(folder, blockOf(host, 'plain') + blockOf(host, 'system', { AddressFamily: 'inet' }));
  return host;
});
afterAll(() => restore());

const say = (machine: Machine, word: string): Promise<string> =>
  machine.run({ argv: ['printf', '%s', word], timeoutMs: 30_000 }).then(({ stdout }) => stdout);
const words = Array.from({ length: 8 }, (_, k) => `word ${k}`);
const sleeps = (): number => processes().filter(({ user, words: [program] }) => user === host.node.user && program === 'sleep').length;

let sent = 0;
/** Sends trees at the same time, and returns how each one travelled. */
const send = (machine: Machine, count: number): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const from = join(folder, `tree-${(sent += 1)}`);
      mkdirSync(from);
      writeFileSync(join(from, 'file'), from);
      return (await machine.copy({ type: 'push-tree', dataset: `tree-${sent}-${Math.random()}`, from })).method;
    }),
  );

describe.each(['plain', 'system'])('over the host %s', (name) => {
  test('commands at the same time wait for each other', async () => {
    const machine = host.open({ type: 'ssh', host: name });
    expect(await Promise.all(words.map((word) => say(machine, word)))).toEqual(words);
    expect(await send(machine, 3)).toEqual(['rsync', 'rsync', 'rsync']);
    await machine.close();
  });

  test.each(['before', 'after'])('a long command that begins %s the lane has learned it keeps no short one waiting', async (when) => {
    const machine = host.open({ type: 'ssh', host: name });
    if (when === 'after') await Promise.all(words.map((word) => say(machine, word)));
    const stop = new AbortController();
    const long = machine.run({ argv: ['sleep', '600'], timeoutMs: 600_000, signal: stop.signal }).catch(() => undefined);
    await until(sleeps, (count) => count > 0);
    for (let k = 0; k < 5; k += 1) expect((await machine.probe()).bootId).not.toBe('');
    expect(await Promise.all(words.map((word) => say(machine, word)))).toEqual(words);
    expect(await send(machine, 2)).toEqual(['rsync', 'rsync']);
    // The pause of a program that copies can need a moment to end.
    await until(sleeps, (count) => count === 1);
    stop.abort();
    await long;
    await machine.close();
    await until(sleeps, (count) => count === 0);
  });
});
