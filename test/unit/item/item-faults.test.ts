import { describe, expect, it, test } from 'vitest';
import { itemFaults, queueFaults } from '../../../src/domain/item/item-faults.ts';
import { itemSpec } from '../../support/item-spec.ts';

const sha256 = 'a'.repeat(64);

describe('an item', () => {
  it('with every field has no fault', () => {
    const payload = { dataset: 'payload-cf', digest: sha256 };
    const inputs = [{ name: 'model', sha256, bytes: 0 }];
    const outputs = [
      { path: 'model', to: 'home' },
      { path: 'games.ndjson', to: 'dataset:games-cf' },
    ] as const;
    expect(
      itemFaults({ ...itemSpec('x', { payload, inputs, outputs, owner: 'self-play/cf/1', pipeline: 'cf', turn: 0, verify: ['true'] }) }),
    ).toEqual([]);
  });

  it.each([
    ['pipeline', 5],
    ['pipeline', ''],
    ['owner', 'x'.repeat(1_001)],
    ['owner', null],
    ['turn', '1'],
    ['payload', { dataset: '../x', digest: sha256 }],
    ['payload', { dataset: 'x', digest: '../x' }],
    ['inputs', [{ name: 'model', sha256: 'short', bytes: 1 }]],
    ['outputs', [{ path: 'model', to: 'elsewhere' }]],
    ['outputs', [{ path: 'model', to: 'dataset:../x' }]],
    ['inputs', [{ name: 'request.json', sha256, bytes: 1 }]],
    ['inputs', [{ name: 'a/b', sha256, bytes: 1 }]],
    ['inputs', [{ name: 'n'.repeat(256), sha256, bytes: 1 }]],
    [
      'inputs',
      [
        { name: 'model', sha256, bytes: 1 },
        { name: 'model', sha256, bytes: 1 },
      ],
    ],
    ['outputs', [{ path: '../model', to: 'home' }]],
    ['outputs', [{ path: 'p'.repeat(253), to: 'dataset:games' }]],
    ['outputs', [{ path: 'a/.b', to: 'dataset:games' }]],
    ['env', { 'A-B': '1' }],
    ['env', { RINGMASTER_SEED: '7' }],
    ['env', { A: 'x\0y' }],
    ['command', ['']],
    ['command', ['true', '\0']],
    ['verify', []],
    ['slots', 0],
    ['attemptsMax', 0],
    ['limits', {}],
    ['colour', 'red'],
  ])('%s %j is refused, and no other field is', (field, value) => {
    const faults = itemFaults({ ...itemSpec('x'), [field]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(field);
  });
});

test('an item of the queue cannot have the id of a command daemon, and the process of a daemon can', () => {
  const process = { ...itemSpec('daemon.web') };
  expect(queueFaults(process)).toEqual(['id must not begin with daemon., which is for command daemons']);
  expect(itemFaults(process)).toEqual([]);
  expect(queueFaults({ ...itemSpec('daemons.1') })).toEqual([]);
});

test.each(['launcher', 'run', 'sum', 'worker'])('an item of the queue cannot have the id %s, which marks other processes', (id) => {
  expect(queueFaults({ ...itemSpec(id) })).toEqual([`id must not be ${id}, which marks processes of Ringmaster; try ${id}-1`]);
  expect(queueFaults({ ...itemSpec(`${id}-1`) })).toEqual([]);
});

test('the hint of a fault is what was meant', () => {
  const item = { kind: 'command', priority: 0, request: {}, inputs: [], outputs: [], seed: 1, attemptsMax: 1, slots: 1 };
  const limits = { runSecondsMax: 1, silentSecondsMax: 1 };
  expect(itemFaults({ ...item, limits, id: 'My Item.1', command: 'node run.js', env: { PY: 3.1 }, labels: 'gpu' })).toEqual([
    'id must be [a-z0-9][a-z0-9.-]*, at most 121 characters; try my-item.1',
    'command must be a list of strings without NUL: program and arguments; try ["node","run.js"]',
    expect.stringMatching(/^env must map .*; put the value of PY in quotes: "3.1"$/),
    'labels must be a list of strings; try ["gpu"]',
  ]);
});
