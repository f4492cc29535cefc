/** A file with every documented limit at its maximum is taken. With one of the limits passed by one, it is refused, and the refusal names the key. */
import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileBytesMax } from '../../src/config/limits.ts';
import { inspectCluster, loadCluster } from '../../src/config/load-cluster.ts';
import { payloadBytes, payloadBytesMax, payloadFault } from '../../src/contract/payload-limit.ts';
import { sizeFault } from '../../src/domain/item/item-size.ts';
import { requestBytesMax, specFrameBytesMax } from '../../src/domain/limits.ts';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ClusterFolder } from './cluster-folder.ts';
import { greatest, greatestFile, type Numbers } from './greatest-file.ts';

const folder = new ClusterFolder();

test('with every limit at its maximum at once, and the file itself at its own, the file is taken', () => {
  const text = greatestFile();
  writeFileSync(folder.file, `${text}#${' '.repeat(fileBytesMax - text.length - 2)}\n`);
  const { nodes, datasets, pipelines, logs } = loadCluster(folder.file);
  expect([nodes.length, datasets.length, pipelines.length]).toEqual([greatest.nodes, greatest.datasets, greatest.pipelines]);
  expect(nodes.reduce((sum, { slots }) => sum + slots, 0)).toBe(greatest.slots);
  expect(nodes.reduce((sum, { labels }) => sum + JSON.stringify(labels).length, 0)).toBe(greatest.labelBytes);
  expect(logs?.homeBytesMax).toBe(greatest.homeKiB * 1_024);
  truncateSync(folder.file, fileBytesMax + 1);
  expect(() => loadCluster(folder.file)).toThrow('it is larger than 4 MiB');
}, 60_000);

/** The words of the refusal when the number is one more. Every number of `greatest` has a row. */
const refusals: Readonly<Record<keyof Numbers, RegExp>> = {
  nodes: /^nodes: has more than 500 entries/,
  datasets: /^datasets: has more than 1000 entries/,
  pipelines: /^pipelines: has more than 100 entries/,
  secrets: /^secrets: has more than 100 entries/,
  slots: /^nodes: all nodes together have 6001 slots and 6000 are allowed/,
  nodeSlots: /^nodes\[0\]\.slots: 1025 is more than 1024/,
  labelBytes: /^nodes: the labels of all nodes together have 262145 bytes and 262144 are allowed/,
  labelsOfNode: /^nodes\[0\]\.labels: has more than 64 entries/,
  labelCharacters: /^nodes\[0\]\.labels\[0\]: .* is not a label \(letters, digits and \. _ = -, at most 63\)/,
  nameCharacters: /^pipelines\[0\]\.name: .* is not a name \(a-z, 0-9 and -, at most 63\)/,
  frameBytes: /^pipelines\[0\]\.\w+\.\w+: command, verify, env and labels make items of 16385 bytes and 16384 are allowed/,
  words: /^pipelines\[0\]\.train\.command: has more than 1000 words/,
  attempts: /^pipelines\[0\]\.\w+\.attempts: 101 is more than 100/,
  stageSlots: /^pipelines\[0\]\.\w+\.slots: 1025 is more than 1024/,
  runDays: /^pipelines\[0\]\.\w+\.run: must lie between 1s and 30d, not 31d/,
  silentDays: /^pipelines\[0\]\.\w+\.silent: must lie between 1s and 1d, not 2d/,
  seed: /^pipelines\[0\]\.seed: 4294967296 is more than 4294967295/,
  turns: /^pipelines\[0\]\.turns: 1000001 is more than 1000000/,
  perTurn: /^pipelines\[0\]\.games\.perTurn: 10000001 is more than 10000000/,
  perItem: /^pipelines\[0\]\.games\.perItem: 1000001 is more than 1000000/,
  stageGames: /^pipelines\[1\]\.games\.perTurn: 10000001 is more than 10000000/,
  windowTurns: /^pipelines\[0\]\.games\.windowTurns: 10001 is more than 10000/,
  pairsMax: /^pipelines\[0\]\.gate\.pairsMax: 20001 is more than 20000/,
  pairsPerItem: /^pipelines\[0\]\.gate\.pairsPerItem: 1001 is more than 1000/,
  stagePairs: /^pipelines\[2\]\.gate\.pairsMax: 20001 is more than 20000/,
  evaluationPairs: /^pipelines\[1\]\.gate\.pairsPerItem: 1025 items of 16384 bytes are more than 16777216 bytes/,
  openings: /^pipelines\[0\]\.gate\.openings: 1000000001 is more than 1000000000/,
  stdoutGiB: /^logs\.stdout: must lie between 64KiB and 64GiB, not 65GiB/,
  stderrGiB: /^logs\.stderr: must lie between 64KiB and 64GiB, not 65GiB/,
  homeKiB: /^logs\.home: must lie between 1KiB and 16KiB, not 17KiB/,
  backups: /^backups\.keep: 1001 is more than 1000/,
  champions: /^retention\.champions: 100001 is more than 100000/,
  events: /^retention\.eventsMax: 10000001 is more than 10000000/,
  lostDays: /^limits\.lostAfter: must lie between 1s and 30d, not 31d/,
};

describe('one more than the greatest value is refused with its key', { timeout: 60_000 }, () => {
  test.each(Object.entries(refusals) as [keyof Numbers, RegExp][])('%s', (key, refusal) => {
    const { faults } = inspectCluster(greatestFile({ [key]: greatest[key] + 1 }), folder.file);
    const said = faults.map(
      ({ path, what }) =>
        `${path
          .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
          .join('')
          .slice(1)}: ${what}`,
    );
    expect(said.filter((one) => refusal.test(one)).length, said.slice(0, 3).join('\n').slice(0, 400)).toBeGreaterThan(0);
    // Nothing else is wrong with the file. Greater items also make a greater evaluation.
    const keys = new Set(faults.map(({ path }) => path.findLast((part) => typeof part === 'string')));
    expect([...keys].filter((one) => key !== 'frameBytes' || (one !== 'pairsPerItem' && one !== 'command')).length).toBeLessThanOrEqual(1);
  });

  test('items of a stage: games and pairs', () => {
    const more = greatestFile()
      .replace(/perTurn: 10000000, perItem: 5000/, 'perTurn: 9998001, perItem: 4999')
      .replace(/pairsMax: 20000, pairsPerItem: 10 /, 'pairsMax: 18010, pairsPerItem: 9 ');
    const { faults } = inspectCluster(more, folder.file);
    expect(faults.map(({ what }) => what)).toEqual([
      '4999 makes more than 2000 items of 9998001 games a turn, and one workflow watches them all',
      '9 makes more than 2000 items of 18010 pairs, and one workflow watches them all',
    ]);
  });
});

describe('an item, and the items of one call', () => {
  const frameOf = (bytes: number) => {
    const spec = itemSpec('x', { env: { A: '' }, request: {} });
    const { request: _request, ...frame } = spec;
    return { ...spec, env: { A: 'x'.repeat(bytes - canonicalJson(frame).length) } };
  };
  const requestOf = (bytes: number) => itemSpec('x', { request: { text: 'x'.repeat(bytes - canonicalJson({ text: '' }).length) } });

  test('an item is taken at its two limits, and refused by name above each', () => {
    expect(sizeFault({ ...frameOf(specFrameBytesMax), request: requestOf(requestBytesMax).request })).toBeUndefined();
    expect(sizeFault(frameOf(specFrameBytesMax + 1))).toMatch(/^x has 16385 bytes of JSON besides its request .* and 16384 are allowed$/);
    expect(sizeFault(requestOf(requestBytesMax + 1))).toMatch(/^the request of x has 49153 bytes of JSON and 49152 are allowed$/);
  });

  test('one call has at most 1.5 MiB', () => {
    const items = Array.from({ length: 24 }, () => ({ ...frameOf(specFrameBytesMax), request: requestOf(requestBytesMax - 400).request }));
    const fill = payloadBytesMax - payloadBytes({ items, by: '' });
    expect(fill).toBeGreaterThan(0);
    expect(payloadFault('enqueue', { items, by: 'x'.repeat(fill) })).toBeUndefined();
    expect(payloadFault('enqueue', { items, by: 'x'.repeat(fill + 1) })).toMatchObject({
      code: 'limits.payload-too-large',
      fields: { bytes: payloadBytesMax + 1 },
    });
  });
});
