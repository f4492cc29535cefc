/** The limits of login, probe and command, and the words of `host`. */
import { expect, test } from 'vitest';
import { inspectCluster, parseCluster } from '../../src/config/load-cluster.ts';

const file = '/nowhere/cluster.yaml';
const text = (ssh: string, more = '', limits = ''): string =>
  `cluster: lab\nstate: /tmp/rm-reach/state\n${limits}nodes:\n  - id: one\n    ssh: ${ssh}\n${more}`;
const node = (...parts: Parameters<typeof text>) => parseCluster(text(...parts), file).nodes[0];
const faults = (...parts: Parameters<typeof text>): readonly string[] =>
  inspectCluster(text(...parts), file).faults.map(({ what, hint }) => `${what}; ${hint}`);

test('a node has the limits of the cluster, and its own win one by one', () => {
  expect(node('{ host: nuc }')?.limits).toBeUndefined();
  expect(node('{ host: nuc }', '', 'limits: { login: 45s, probe: 6s }\n')?.limits).toEqual({ loginMs: 45_000, probeMs: 6_000 });
  expect(node('{ host: nuc }', '    limits: { probe: 7s, command: 1m }\n', 'limits: { login: 45s, probe: 6s }\n')?.limits).toEqual({
    loginMs: 45_000,
    probeMs: 7_000,
    commandMs: 60_000,
  });
});

test('a probe that may last until its node is unreachable is refused', () => {
  expect(faults('{ host: nuc }', '    limits: { probe: 15s }\n')).toEqual([
    '15s is not shorter than unreachableAfter (15s) of limits; unreachableAfter: 45s in limits, or a shorter probe',
  ]);
});

test('user@name is understood as ssh understands it', () => {
  expect(node('{ host: me@nuc }')?.connect).toEqual({ type: 'ssh', host: 'nuc', user: 'me' });
  expect(node('{ host: me@corp@nuc, user: me@corp }')?.connect).toEqual({ type: 'ssh', host: 'nuc', user: 'me@corp' });
  expect(node('{ host: "fd00::1" }')?.connect).toEqual({ type: 'ssh', host: 'fd00::1' });
});

test.each([
  ['{ host: me@nuc, user: you }', 'me@nuc names the user me, and user names you; host: nuc'],
  ['{ host: "nuc:2222" }', 'nuc:2222 has a port, which is a key of its own; ssh: { host: nuc, port: 2222 }'],
  ['{ host: "ssh://me@nuc:99" }', 'ssh://me@nuc:99 is an address of ssh and not a host; ssh: { host: nuc, user: me, port: 99 }'],
  ['{ host: -oProxyCommand=x }', '"-oProxyCommand=x" is no name of a host; gpu-1.example.org'],
  ['{ host: "me@" }', '"me@" is no name of a host; gpu-1.example.org'],
])('%s is refused with a way to write it', (ssh, fault) => {
  expect(faults(ssh)).toEqual([fault]);
});
