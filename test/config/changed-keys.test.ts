/** A change of a cluster file is shown by the key and the value of the file. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { setValue } from '../../src/config/edit-yaml.ts';
import { inspectCluster, parseCluster } from '../../src/config/load-cluster.ts';
import { changeText, configChanges } from '../../src/domain/cluster/config-changes.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringmaster-keys-'));
mkdirSync(join(folder, 'toy'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'lab.yaml');
const file = `
cluster: lab
nodes:
  - { id: gpu-1, ssh: { host: gpu-a, user: me }, limits: { login: 20s }, idle: { after: 1h, command: [poweroff] } }
pipelines:
  - name: toy
    payload: toy
    games: { perTurn: 60, perItem: 20, windowTurns: 3 }
    selfPlay: { command: [play], run: 5m, silent: 30s }
    train: { command: [train], run: 5m, silent: 30s }
    evaluate: { command: [evaluate], run: 5m, silent: 30s }
daemons:
  - { id: web, command: [serve], node: gpu-1, health: { http: 'http://127.0.0.1:1/' } }
  - { id: beat, command: [beat], node: gpu-1, health: { file: beat.txt, fresh: 30s } }
alerts:
  channels:
    - { id: ops, webhook: { url: 'http://127.0.0.1:1/s3cret' } }
    - { id: mail, email: { to: [a@example.org] } }
`;
const changes = (key: string, value: string): readonly string[] => {
  const edit = setValue(file, key, value);
  if (!('text' in edit)) throw new Error(edit.because);
  return configChanges(parseCluster(file, path), parseCluster(edit.text, path)).map(changeText);
};

describe('a change of one key', () => {
  test.each([
    ['temporal.retention', '4d', '"7d" is now "4d"'],
    ['limits.suspectAfter', '6s', '"5s" is now "6s"'],
    ['limits.unreachableAfter', '20s', '"15s" is now "20s"'],
    ['intervals.sweep', '3s', '"2s" is now "3s"'],
    ['intervals.watch', '1500ms', '"1s" is now "1500ms"'],
    ['backups.every', 'none', '"1h" is now "none"'],
    ['backups.keep', '7', '24 is now 7'],
    ['retention.files', '15d', '"14d" is now "15d"'],
    ['retention.items', 'none', '"30d" is now "none"'],
    ['retention.events', '91d', '"90d" is now "91d"'],
    ['retention.eventsMax', '2000', '500000 is now 2000'],
    ['logs.stdout', '1GiB', '"64MiB" is now "1GiB"'],
    ['http.port', '8791', '8790 is now 8791'],
    ['nodes.gpu-1.ssh.host', 'gpu-2', '"gpu-a" is now "gpu-2"'],
    ['nodes.gpu-1.ssh.port', '23', 'new, 23'],
    ['nodes.gpu-1.limits.login', '30s', '"20s" is now "30s"'],
    ['nodes.gpu-1.limits.command', '2m', 'new, "2m"'],
    ['nodes.gpu-1.idle.after', '2h', '"1h" is now "2h"'],
    ['nodes.gpu-1.slots', '3', '1 is now 3'],
    ['pipelines.toy.games.perTurn', '80', '60 is now 80'],
    ['pipelines.toy.games.windowTurns', '4', '3 is now 4'],
    ['pipelines.toy.train.run', '90s', '"5m" is now "90s"'],
    ['pipelines.toy.train.silent', '1m', '"30s" is now "1m"'],
    ['pipelines.toy.train.attempts', '5', '3 is now 5'],
    ['daemons.web.ready', '2m', '"1m" is now "2m"'],
    ['daemons.web.stopSignal', 'INT', '"TERM" is now "INT"'],
    ['daemons.web.stopGrace', '20s', '"10s" is now "20s"'],
    ['alerts.channels.ops.webhook.url', 'http://127.0.0.1:1/0ther', 'another value is now another value'],
    ['alerts.channels.ops.webhook.form', 'text', '"json" is now "text"'],
    ['alerts.channels.ops.repeat', '1h', '"4h" is now "1h"'],
    ['alerts.channels.ops.resolved', 'false', 'true is now false'],
    ['alerts.channels.mail.email.from', 'b@example.org', 'new, "b@example.org"'],
    ['daemons.web.health.http', 'http://127.0.0.1:2/', '"http://127.0.0.1:1/" is now "http://127.0.0.1:2/"'],
    ['daemons.web.health.every', '20s', '"10s" is now "20s"'],
    ['daemons.web.health.silent', '4', '3 is now 4'],
    ['daemons.beat.health.fresh', '1m', '"30s" is now "1m"'],
    ['daemons.beat.health.file', 'other.txt', '"beat.txt" is now "other.txt"'],
  ])('%s to %s', (key, value, shown) => expect(changes(key, value)).toEqual([`${key}: ${shown}`]));
});

/** Returns each place of a value, from the outside to the inside. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [at, ...keys.flatMap((key) => placesIn((value as Record<string | number, unknown>)[key], [...at, key]))];
}
function withValueAt(value: unknown, [key, ...rest]: readonly (string | number)[], wrong: unknown): unknown {
  if (key === undefined) return wrong;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = withValueAt(copy[key], rest, wrong);
  return copy;
}

test.each([
  ['a mapping', { wrong: { value: 1 } }],
  ['nothing', null],
  ['words', 'no such, value: here! {'],
  ['a list of lists', [[['x']]]],
])('each value of a cluster file in turn is %s: only that place has faults, and no message has a placeholder of ours', (_name, wrong) => {
  const whole: unknown = parse(file);
  const wrongFaults: string[] = [];
  for (const place of placesIn(whole).slice(1)) {
    const { faults } = inspectCluster(stringify(withValueAt(whole, place, wrong)), path);
    for (const { path: at, what, hint } of faults) {
      const isThere = at.every((part, index) => index >= place.length || part === place[index]);
      if (!isThere || hint.includes('salvage')) wrongFaults.push(`${place.join('.')}: ${at.join('.')}: ${what}; try ${hint}`);
    }
  }
  expect(wrongFaults).toEqual([]);
});
