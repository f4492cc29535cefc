/** Every activity and every workflow refuses names, digests and paths that would lead out of the folders of Ringmaster. */
import { testNotification } from '../../../src/domain/alert/notify.ts';
import { describe, expect, it } from 'vitest';
import { withFailures } from '../../../activities/with-failures.ts';
import { activityInputFaults, activityInputs } from '../../../src/contract/input/activity-inputs.ts';
import { workflowInputFaults, type workflowInputs } from '../../../src/contract/input/workflow-inputs.ts';
import { itemSpec } from '../../support/item-spec.ts';

const sum = 'a'.repeat(64);
/** These refuse a bad input themselves, in the words of their verbs, or take none. */
const isOpen = (name: string): boolean => ['wishNode', 'wishPipeline', 'wishDaemons', 'lastNodes', 'maintain', 'pastGames', 'answer'].includes(name);

const hostile = ['../x', '/etc', 'a/../b', 'a/b', '.', '..', '', '-rf', 'a\0b', 'a\nb', '~root', 5, null, ['x'], { toString: 'x' }, undefined];
const job = { item: 'x.1', epoch: 1 };
const spec = itemSpec('x.1');
const turn = { pipeline: 'cf', turn: 1 };
const tree = { dataset: 'payload-cf', digest: sum };
const model = { id: 'cf-1-aaaaaaaa', sha256: sum };
const stage = { command: ['true'], attemptsMax: 1, slots: 1, env: {}, labels: [], limits: spec.limits };
const config = { name: 'cf', payload: '/p', selfPlay: stage, train: stage, evaluate: stage };
const file = { path: 'model', bytes: 1, sha256: sum };

const good: { readonly [Name in keyof typeof activityInputs]: object } = {
  enqueue: { items: [spec] },
  cancelItems: { items: ['x.1'] },
  items: { items: ['x.1'] },
  populate: { ...turn, wantedGames: 1, gamesPerItem: 1, seed: 1, template: (({ id: _id, seed: _seed, request: _request, ...rest }) => rest)(spec) },
  claim: { open: [{ job, node: 'a', slots: 1 }] },
  beginJob: { job, node: 'a', workflowId: 'job/x.1/1', runId: 'r' },
  progressJobs: { jobs: [{ job, done: 1, of: 2 }] },
  closeJob: { job, node: 'a', outcome: { type: 'completed', result: {}, files: [file] } },
  foldersOf: { node: 'a' },
  foldersGone: { node: 'a', jobs: [job] },
  reconcileClaims: { open: [] },
  consolidate: { pipeline: 'cf', replicas: ['games-cf@a'] },
  gamesAway: { pipeline: 'cf', turns: { from: 0, to: 1 } },
  replayGames: { pipeline: 'cf', turns: { from: 0, to: 1 }, pulled: ['a'], owner: 'gather/cf/1' },
  exportTrainingSet: { ...turn, windowTurns: 1 },
  beginTurn: { ...turn, payload: tree },
  registerModel: { ...turn, sha256: sum, bytes: 1, trainingSet: sum, parent: 'cf-random', seed: 1, payloadDigest: sum },
  allocateOpenings: { pipeline: 'cf', key: 'evaluate/cf/1', count: 4 },
  promote: { ...turn, candidate: 'cf-1-aaaaaaaa', champion: 'cf-random', verdict: 'accept', llr: 0, pairs: [] },
  recordStage: { ...turn, stage: 'train', detail: '' },
  recordSync: { key: 'r/1', dataset: 'games-cf@a', source: 'a', target: 'home' },
  noteVersion: { dataset: 'champion-cf', version: 'cf-1 aaaa' },
  copiesOf: { dataset: 'champion-cf', version: 'cf-1 aaaa' },
  recordNodes: { nodes: [{ node: 'a' }] },
  wishNode: {},
  wishPipeline: {},
  steerDelivery: { verb: 'replay', subscriber: 'dispatcher', by: 'ada@desk', from: 1, to: 2 },
  deliverEvents: { maxMs: 1 },
  wishDaemons: {},
  recordDaemon: { daemon: 'EVENT_ROUTER', record: { seq: 1 }, changes: [] },
  readDaemons: { daemons: ['EVENT_ROUTER'] },
  recordDaemons: { daemons: [{ daemon: 'ONE', record: { seq: 1 }, changes: [] }] },
  beginRounds: { daemons: [{ daemon: 'ONE', record: { seq: 1 }, changes: [] }] },
  beginProcesses: { daemons: [{ daemon: 'web', record: { seq: 1 }, changes: [], declaration: sum }] },
  daemonsNotRunning: { daemons: ['EVENT_ROUTER'] },
  noteRound: { daemon: 'EVENT_ROUTER', health: { healthy: true, message: 'well', details: {} } },
  lastNodes: {},
  noteBrake: { held: ['EVENT_ROUTER'] },
  workDaemon: { daemon: 'EVENT_ROUTER' },
  lookAtDaemons: { maxMs: 1 },
  maintain: {},
  reapJob: { job, node: 'a', because: 'it is over its limit' },
  ownerlessJobs: { node: 'a', jobs: [job] },
  noteReaped: { job, node: 'a', because: 'no ledger knows it' },
  gamesReported: { key: 'cf/2: draws' },
  adjustValues: { ...turn, changes: [{ key: 'exploration', from: 0.1, to: 0.2, reason: 'level' }] },
  recordAlerts: { changes: [{ alert: { id: 'NodeLost/a', rule: 'NodeLost', state: 'firing', summary: 'node a is lost' } }] },
  pauseCluster: { verb: 'pause', by: 'ada@desk', reason: 'a test' },
  nextNotification: { channel: 'ops' },
  testNotification: { channel: 'ops', by: 'ada@desk', key: 'k' },
  noteNotification: { channel: 'ops', group: 'NodeLost', seq: 1 },
  sendNotification: { notification: testNotification('ops', 'k', 'ada@desk', 1) },
  silenceAlerts: { verb: 'silence', targets: ['NodeLost'], by: 'ada@desk', reason: 'a test', forSeconds: 60 },
  reportGames: { key: 'cf/2: draws', ...turn, games: 60, faults: ['98 % of the games are draws'] },
  noteShutdown: { node: 'a', key: 'a/1', because: 'it is idle' },
  noteShutdownFailure: { node: 'a', key: 'a/1', because: 'exit code 1' },
  shutNodeDown: { node: 'a' },
  heldJobs: { node: 'a', ageMs: 1 },
  openProcess: { daemon: 'web/gpu-1', declaration: sum },
  heldProcess: { daemon: 'web' },
  closeProcess: { daemon: 'web', epoch: 1 },
  watchProcess: {
    process: { job, node: 'a', spec, daemon: 'web', readyWithinMs: 1 },
    started: { pid: 1, startTicks: 1, bootId: 'b', adopted: false },
    health: { isReady: false, silences: 0, waitedMs: 0 },
    maxMs: 1,
  },
  chooseItems: { items: ['x.1'], replacementsMax: 5 },
  startJob: { job, node: 'a', spec },
  startProcesses: { node: 'a', processes: [{ job, node: 'a', spec, daemon: 'web' }] },
  awaitJob: { job, node: 'a', spec, startedAtMs: 1, started: { pid: 1, startTicks: 1, bootId: 'b', adopted: false } },
  stopJob: { job, node: 'a', graceMs: 1 },
  forgetJobs: { node: 'a', jobs: [job] },
  oldJobs: { node: 'a', ageMs: 1 },
  strayJobs: { node: 'a', jobs: [{ ...job, isHeld: false }] },
  pastGames: {},
  removeGames: { node: 'a', past: [{ pipeline: 'cf', before: 1 }], ageMs: 1 },
  gameFilesRemoved: { node: 'a', key: 'r/1', removed: [{ pipeline: 'cf', files: 1, bytes: 1 }] },
  shipJob: { node: 'a', spec },
  launchJob: { job, node: 'a', spec },
  fetchOutputs: { job, node: 'a', spec, manifest: { v: 1, files: [file], result: {} } },
  transfer: { dataset: 'games-cf', source: 'a', target: 'home' },
  payloadTree: { pipeline: 'cf' },
  stageChampion: { pipeline: 'cf', model },
  ensureNodeWorker: { node: 'a' },
  answer: {},
  sweepNodes: { known: [{ node: 'a' }], maxMs: 1 },
};

/** The fields whose values become a part of a path, of an argument or of a workflow's id. */
const dangerous = new Set([
  'job.item',
  'node',
  'pipeline',
  'dataset',
  'digest',
  'payload.dataset',
  'payload.digest',
  'model.sha256',
  'source',
  'sha256',
  'payloadDigest',
]);

/** Returns the input with the value in place of the field at this path, or undefined when the input has no such field. */
function replaced(input: object, path: string, value: unknown): object | undefined {
  const [first = '', ...rest] = path.split('.');
  if (!(first in input)) return undefined;
  const inner = (input as Record<string, unknown>)[first];
  if (rest.length === 0) return { ...input, [first]: value };
  const changed = typeof inner === 'object' && inner !== null ? replaced(inner, rest.join('.'), value) : undefined;
  return changed === undefined ? undefined : { ...input, [first]: changed };
}

describe.each(Object.keys(activityInputs) as (keyof typeof activityInputs)[])('the activity %s', (name) => {
  it('takes a good input, also with a field of a later release', () => {
    expect(activityInputFaults(name, good[name])).toEqual([]);
    expect(activityInputFaults(name, { ...good[name], ofLater: true })).toEqual([]);
  });
  it('refuses a hostile value in each field that becomes a name', () => {
    for (const path of dangerous)
      for (const value of hostile) {
        const input = isOpen(name) ? undefined : replaced(good[name], path, value);
        if (input === undefined || (path.endsWith('sha256') && path.includes('.') && (value === undefined || value === null))) continue;
        expect(activityInputFaults(name, input), `${path}=${JSON.stringify(value)}`).not.toEqual([]);
      }
  });
  it('refuses an input that is no object', () => {
    const bad = [undefined, null, 'x', [], 5];
    const taken = bad.filter((input) => activityInputFaults(name, input).length === 0);
    expect(taken).toEqual(isOpen(name) ? bad : []);
  });
});

it.each([
  ['fetchOutputs', { ...good.fetchOutputs, manifest: { files: [{ ...file, path: '../../etc/passwd' }] } }],
  ['fetchOutputs', { ...good.fetchOutputs, manifest: { files: [{ ...file, sha256: '../x' }] } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, outputs: [{ path: '../x', to: 'home' }] } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, inputs: [{ name: '../x', sha256: sum, bytes: 1 }] } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, payload: { dataset: '../../x', digest: sum } } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, env: { '-S': 'x' } } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, env: { RINGMASTER_MARK: 'x' } } }],
  ['launchJob', { ...good.launchJob, spec: { ...spec, command: ['a\0b'] } }],
  ['shipJob', { ...good.shipJob, spec: { ...spec, payload: { dataset: 'payload-cf', digest: '../blobs' } } }],
  ['closeJob', { ...good.closeJob, outcome: { type: 'completed', result: {}, files: [{ ...file, path: '/etc/x' }] } }],
  ['enqueue', { items: [{ ...spec, id: '../x' }] }],
  ['enqueue', { items: [{ ...spec, id: 'daemon.web' }] }],
  ['transfer', { dataset: 'games-cf', source: 'a', target: 'b' }],
  ['transfer', { dataset: 'games-cf', source: 'home', target: 'home' }],
] as const)('%s refuses %j', (name, input) => {
  expect(activityInputFaults(name, input)).not.toEqual([]);
});

it('the process of a command daemon may be launched under the id of the daemon', () => {
  expect(activityInputFaults('launchJob', { ...good.launchJob, spec: { ...spec, id: 'daemon.web' } })).toEqual([]);
});

it('a refused activity does not run, and fails for good with its code', async () => {
  let runs = 0;
  const { transfer } = withFailures({ transfer: async (_input: unknown) => void (runs += 1) });
  await expect(transfer({ dataset: '../x', source: 'a', target: 'home' })).rejects.toMatchObject({ type: 'input.refused', nonRetryable: true });
  await transfer(good.transfer);
  expect(runs).toBe(1);
});

describe('a workflow', () => {
  const inputs: { readonly [Type in keyof typeof workflowInputs]?: object } = {
    node: { v: 1, node: 'a', resident: false },
    pipeline: { v: 1, config, nodes: ['a'], turn: 0, turnsLeft: 1, paused: false, failures: 0 },
    generation: { config, nodes: ['a'], turn: 0 },
    job: { job, node: 'a', slots: 1, spec, residentRoute: false },
    sync: good.transfer,
    selfPlay: { ...turn, seed: 1, games: 1, gamesPerItem: 1, exploration: 0, stage, payload: tree, model: { id: 'cf-random' } },
    gather: { ...turn, windowTurns: 1 },
    train: { ...turn, seed: 1, stage, payload: tree, set: { name: 'games.ndjson', sha256: sum, bytes: 1 }, games: 1, parent: model },
    evaluate: { ...turn, seed: 1, stage, payload: tree, candidate: model, champion: model, gate: {} },
    promote: good.promote,
    distribute: { ...turn, model, nodes: ['a'] },
    enqueue: { items: [spec] },
    cancel: { items: ['x.1'], reason: 'r' },
    wishNode: { node: 'a' },
    wishPipeline: { pipeline: 'cf' },
    daemon: { row: { id: 'EVENT_ROUTER' } },
    wishDaemons: { verb: 'start' },
  };
  it.each(Object.entries(inputs))('%s takes a good input and refuses any input that its code could not read', (type, input) => {
    expect(workflowInputFaults(type, input)).toEqual([]);
    for (const bad of [undefined, null, {}, 'x', []]) expect(workflowInputFaults(type, bad)).not.toEqual([]);
  });
  it('refuses a dataset, a node and an item that are no names', () => {
    expect(workflowInputFaults('sync', { dataset: '../x', source: 'a', target: 'home' })).not.toEqual([]);
    expect(workflowInputFaults('node', { node: '../x' })).not.toEqual([]);
    expect(workflowInputFaults('cancel', { items: ['../x'], reason: '' })).not.toEqual([]);
    expect(workflowInputFaults('job', { ...inputs.job, job: { item: '../x', epoch: 1 } })).not.toEqual([]);
  });
});
