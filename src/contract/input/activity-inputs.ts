/**
 * The check of every activity's input. Anyone who reaches the Temporal server can call an activity with any input, so every name that becomes part of
 * a path, every digest and every item is checked before the activity runs. No activity takes a path of a file or folder from its caller. An activity
 * without a row does not compile. `activities/with-failures.ts` makes the checks.
 */
import { alertStates } from '../../domain/alert/alert.ts';
import { deliveryVerbs } from '../../domain/event/steer-delivery.ts';
import { steeredKeys } from '../../domain/pipeline/feedback.ts';
import { stages } from '../../domain/pipeline/stages.ts';
import type { GatewayActivities, LedgerActivities, NodeActivities, ProbeActivities, ResidentActivities } from '../activity/by-queue.ts';
import {
  anything,
  both,
  daemonId,
  type InputCheck,
  fields,
  itemId,
  itemSpec,
  listOf,
  name,
  nodeId,
  oneOf,
  optional,
  outputPath,
  place,
  queuedItem,
  real,
  rule,
  sha256,
  text,
  whole,
} from './check.ts';

type ActivityName = keyof (LedgerActivities & GatewayActivities & NodeActivities & ProbeActivities & ResidentActivities);

export const jobRef = fields({ item: itemId, epoch: whole });
const jobOnNode = { job: jobRef, node: nodeId };
const openJob = fields({ ...jobOnNode, slots: whole });
const assigned = { ...jobOnNode, spec: itemSpec };
const reported = { daemon: daemonId, record: fields({ seq: whole }) };
const reportedDaemon = fields(reported);
const turn = { pipeline: name, turn: whole };
const turns = fields({ from: whole, to: whole });
export const tree = fields({ dataset: name, digest: sha256 });
export const model = fields({ id: text, sha256: optional(sha256) });
const file = fields({ path: outputPath, bytes: whole, sha256 });
const manifest = fields({ files: listOf(file) });
const outcome: InputCheck = (value, at) =>
  (value as { readonly type?: unknown } | null)?.type === 'completed'
    ? manifest(value, at)
    : fields({ type: oneOf(['failed']), failure: fields({ code: text }) })(value, at);
/** A template lacks three fields of an item. They are filled in here, so that the rules of an item check the rest. */
const template: InputCheck = (value, at) =>
  itemSpec(typeof value === 'object' && value !== null ? { ...value, id: 'x', seed: 0, request: {} } : value, at);

export const syncRequest = both(
  fields({ dataset: name, source: place, target: place, version: optional(text) }),
  rule((value) => {
    const { source, target } = (value ?? {}) as { readonly source?: unknown; readonly target?: unknown };
    return (source === 'home') !== (target === 'home');
  }, 'a sync between home and one node'),
);

const notificationRef = { channel: text, group: text, seq: whole };

export const activityInputs = {
  enqueue: fields({ items: listOf(queuedItem) }),
  cancelItems: fields({ items: listOf(itemId) }),
  items: fields({ items: listOf(itemId) }),
  chooseItems: fields({ items: listOf(itemId), replacementsMax: whole }),
  populate: fields({ ...turn, wantedGames: whole, gamesPerItem: whole, seed: whole, template }),
  claim: fields({ open: listOf(openJob) }),
  beginJob: fields({ ...jobOnNode, workflowId: text, runId: text }),
  progressJobs: fields({ jobs: listOf(fields({ job: jobRef })) }),
  closeJob: fields({ ...jobOnNode, outcome, slots: optional(whole) }),
  foldersOf: fields({ node: nodeId }),
  foldersGone: fields({ node: nodeId, jobs: listOf(jobRef) }),
  strayJobs: fields({ node: nodeId, jobs: listOf(jobRef) }),
  reconcileClaims: fields({ open: listOf(openJob) }),
  consolidate: fields({ pipeline: name, replicas: listOf(text) }),
  gamesAway: fields({ pipeline: name, turns }),
  replayGames: fields({ pipeline: name, turns, pulled: listOf(nodeId), owner: text }),
  exportTrainingSet: fields({ ...turn, windowTurns: whole }),
  pastGames: anything,
  gameFilesRemoved: fields({ node: nodeId, key: text, removed: listOf(fields({ pipeline: name, files: whole, bytes: whole })) }),
  beginTurn: fields({ ...turn, payload: tree }),
  registerModel: fields({ ...turn, sha256, bytes: whole, trainingSet: sha256, parent: name, seed: whole, payloadDigest: sha256 }),
  allocateOpenings: fields({ pipeline: name, key: text, count: whole }),
  promote: fields({ ...turn, candidate: name, champion: name }),
  recordStage: fields({ ...turn, stage: oneOf(Object.keys(stages)), detail: text }),
  recordSync: fields({ key: text, dataset: name, source: place, target: place, version: optional(text) }),
  noteVersion: fields({ dataset: name, version: text }),
  copiesOf: fields({ dataset: name, version: text, awaiting: optional(listOf(nodeId)) }),
  recordNodes: fields({ nodes: listOf(fields({ node: nodeId })), swept: optional(whole) }),
  // The activity itself refuses a bad wish, in the words of the verb.
  wishNode: anything,
  wishPipeline: anything,
  steerDelivery: fields({
    verb: oneOf(deliveryVerbs),
    subscriber: text,
    by: text,
    events: optional(listOf(text)),
    reason: optional(text),
    from: optional(whole),
    to: optional(whole),
  }),
  deliverEvents: fields({ maxMs: whole }),
  wishDaemons: anything,
  recordDaemon: reportedDaemon,
  recordDaemons: fields({ daemons: listOf(reportedDaemon) }),
  beginRounds: fields({ daemons: listOf(reportedDaemon) }),
  beginProcesses: fields({ daemons: listOf(fields({ ...reported, declaration: sha256 })) }),
  readDaemons: fields({ daemons: listOf(daemonId) }),
  daemonsNotRunning: fields({ daemons: listOf(daemonId) }),
  noteBrake: fields({ held: listOf(daemonId) }),
  noteRound: fields({ daemon: daemonId, health: fields({ message: text }) }),
  lastNodes: anything,
  workDaemon: fields({ daemon: daemonId }),
  lookAtDaemons: fields({ maxMs: whole }),
  maintain: anything,
  reapJob: fields({ job: jobRef, node: nodeId, because: text }),
  ownerlessJobs: fields({ node: nodeId, jobs: listOf(jobRef) }),
  noteShutdown: fields({ node: nodeId, key: text, because: text }),
  noteShutdownFailure: fields({ node: nodeId, key: text, because: text }),
  shutNodeDown: fields({ node: nodeId }),
  gamesReported: fields({ key: text }),
  adjustValues: fields({ ...turn, changes: listOf(fields({ key: oneOf(steeredKeys), from: real, to: real, reason: text })) }),
  recordAlerts: fields({ changes: listOf(fields({ alert: fields({ id: text, rule: text, state: oneOf(alertStates), summary: text }) })) }),
  silenceAlerts: fields({ verb: text }),
  pauseCluster: fields({ verb: text }),
  nextNotification: fields({ channel: text }),
  testNotification: fields({ channel: text, by: text, key: text }),
  noteNotification: fields(notificationRef),
  sendNotification: fields({
    notification: fields({ ...notificationRef, atMs: real, alerts: listOf(fields({ id: text, summary: text })), more: whole }),
  }),
  reportGames: fields({ key: text, ...turn, games: whole, faults: listOf(text) }),
  noteReaped: fields({ job: jobRef, node: nodeId, because: text }),
  openProcess: fields({ daemon: daemonId, declaration: sha256, reported: optional(reportedDaemon) }),
  heldProcess: fields({ daemon: daemonId }),
  closeProcess: fields({ daemon: daemonId, epoch: whole }),
  watchProcess: fields({
    process: fields({ ...assigned, daemon: daemonId, readyWithinMs: whole }),
    started: fields({ pid: whole, bootId: text }),
    health: fields({ silences: whole }),
    maxMs: whole,
  }),
  startJob: fields(assigned),
  startProcesses: fields({ node: nodeId, processes: listOf(fields({ ...assigned, daemon: daemonId })) }),
  awaitJob: fields({ ...assigned, startedAtMs: whole, started: fields({ pid: whole, bootId: text }) }),
  stopJob: fields({ ...jobOnNode, graceMs: whole }),
  forgetJobs: fields({ node: nodeId, jobs: listOf(jobRef) }),
  oldJobs: fields({ node: nodeId, ageMs: whole }),
  heldJobs: fields({ node: nodeId, ageMs: whole }),
  removeGames: fields({ node: nodeId, past: listOf(fields({ pipeline: name, before: whole })), ageMs: whole }),
  shipJob: fields({ node: nodeId, spec: itemSpec }),
  launchJob: fields(assigned),
  fetchOutputs: fields({ ...assigned, manifest }),
  transfer: syncRequest,
  // The gateway takes the folder from the cluster file. A call of an older release also names the folder.
  payloadTree: fields({ pipeline: name }),
  stageChampion: fields({ pipeline: name, model }),
  ensureNodeWorker: fields({ node: nodeId }),
  answer: anything,
  sweepNodes: fields({ known: listOf(fields({ node: nodeId })), since: optional(whole), maxMs: whole }),
} as const satisfies Readonly<Record<ActivityName, InputCheck>>;

/** Returns the faults of an activity's input. Returns nothing for a good input, and nothing for a name that is no activity of ours. */
export function activityInputFaults(activity: string, input: unknown): readonly string[] {
  return Object.hasOwn(activityInputs, activity) ? activityInputs[activity as ActivityName](input, '') : [];
}
