/**
 * The schemas of the OpenAPI document: one for each view, and one for each part that views share. The compiler checks that a view's schema equals the
 * view's type. A missing field or an extra field is an error that names the view.
 */
import * as z from 'zod';
import { alert, alertSchemas } from './alert-schemas.ts';
import { atMs, count, failureCode, optional, text, texts } from './basic-schemas.ts';
import { daemonSchema } from './daemon-schema.ts';
import { eventList, eventSchemas } from './event-schemas.ts';
import { failureClass, failureRecord, hint } from './failure-schema.ts';
import { healthSchemas } from './health-schemas.ts';
import { logPartSchema } from './log-part-schema.ts';
import { placement } from './placement-schema.ts';
import type { ViewName, Views } from '../../contract/views.ts';
import { type Noun, nounNames } from '../../domain/noun.ts';
import { itemStates, jobKinds, type ItemState } from '../../domain/item/work-item.ts';
import { nodeStates, nodeRoutes } from '../../domain/node/node.ts';
import { transitionKinds } from '../../domain/node/node-change.ts';
import { nodeServices } from '../../domain/node/wish.ts';
import { pipelineMarks, stageName, stageSpan } from './pipeline-schemas.ts';
import { jobStates } from '../../domain/job/view.ts';
import { modelStates } from '../../domain/model/model.ts';
import { processStates } from '../../domain/cluster/status.ts';
import { watchSchema } from './watch-schema.ts';
import { syncStates } from '../../domain/dataset/sync.ts';

const number = z.number();
const anything = z.record(text, z.unknown());

const jobRef = z.object({ item: text, epoch: count });
const job = z.object({
  item: text,
  epoch: count.describe('Number of the try, from 1.'),
  kind: z.enum(jobKinds),
  pipeline: optional(text),
  turn: optional(count),
  node: text,
  slots: optional(count),
  state: z.enum(jobStates),
  startedAtMs: atMs,
  endedAtMs: optional(atMs),
  failure: optional(failureRecord),
  progress: optional(z.object({ done: number, of: number })),
});
const sha256 = text.describe('SHA-256, hexadecimal.');
const outputFile = z.object({ path: text, bytes: count, sha256 });
const itemSpec = z.object({
  id: text,
  kind: z.enum(jobKinds),
  priority: number.describe('A greater number goes first.'),
  owner: optional(text),
  pipeline: optional(text),
  turn: optional(count),
  command: texts,
  verify: optional(texts),
  env: z.record(text, z.union([text, z.object({ fromEnv: text }), z.object({ fromFile: text })])),
  request: anything,
  payload: optional(z.object({ dataset: text, digest: text })),
  inputs: z.array(z.object({ name: text, sha256, bytes: count })),
  outputs: z.array(z.object({ path: text, to: z.union([z.literal('home'), z.templateLiteral(['dataset:', text])]) })),
  seed: count,
  attemptsMax: count,
  slots: count,
  labels: texts,
  limits: z.object({ runSecondsMax: number, silentSecondsMax: number, selfFenceSeconds: optional(number) }),
});
const item = z.object({
  spec: itemSpec,
  state: z.enum(itemStates),
  epoch: count.describe('Number of the newest try; 0 before the first.'),
  attempts: count.describe('Tries that count towards attemptsMax.'),
  node: optional(text),
  outcome: optional(
    z.union([
      z.object({
        type: z.literal('completed'),
        result: anything,
        files: z.array(outputFile).describe('The files that the item declares, and as many others as fit.'),
        unlisted: optional(z.object({ files: count, bytes: count, sha256 })).describe('The files that are not listed, as a count and a digest.'),
      }),
      z.object({ type: z.literal('failed'), failure: failureRecord }),
    ]),
  ),
  history: texts,
  createdAtMs: atMs,
  changedAtMs: atMs,
});
const setAside = z.object({ item: text, turn: count, name: text, sha256, atMs, failure: failureRecord, replacedBy: optional(text) });
const node = z.object({
  node: text,
  state: z.enum(nodeStates),
  sinceMs: atMs,
  route: z.enum(nodeRoutes),
  slots: count,
  labels: texts,
  evidence: text.describe('The evidence for the state.'),
  fix: optional(text).describe('The words that follow "try" in the failure of the last look. Absent when the node responded.'),
  observedAtMs: atMs,
  heardAtMs: optional(atMs).describe('The last look at which the node responded.'),
  diskFreeBytes: optional(count).describe('The free space on the disk of the folder of the node, at the last look at which the node responded.'),
  sharesFolderWith: optional(z.array(z.string())).describe('The other nodes that have the same folder: one machine under two names.'),
  noise: optional(text).describe('The first words that the login of the node prints outside the programs of Ringmaster, which ignores them.'),
  worker: optional(
    z.object({
      server: z.string().describe('How the worker reaches the Temporal server.'),
      fault: optional(z.string()).describe('The reason why the worker does not work: a failure code and its sentence.'),
      isOld: optional(z.literal(true)).describe('Present while the worker was started for an earlier cluster file or by another release.'),
      ended: optional(z.object({ pid: count, atMs, how: z.string().describe('The exit, and the last lines of the log of the worker.') })).describe(
        'The newest unexpected end of the worker.',
      ),
    }),
  ).describe('The own worker of the node. Present only for nodes with a resident worker.'),
  lookAgeMs: optional(z.number()).describe('The age of the last look at the node.'),
  isLookOld: optional(z.literal(true)).describe('Present when the last look is so old that the state may be the past.'),
  wish: optional(
    z.object({
      service: z.enum(nodeServices),
      reason: text,
      by: text,
      sinceMs: atMs,
      slots: optional(count),
      labels: optional(texts),
      drainedAtMs: optional(atMs),
    }),
  ),
  rest: optional(z.object({ sinceMs: atMs, untilMs: atMs, rests: count, code: failureCode, because: text })).describe(
    'Present while the node rests, because jobs failed on it: from untilMs on, one item may try it.',
  ),
  waitsFor: optional(z.array(jobRef)),
});
const nodeTransition = z.object({
  node: text,
  what: z
    .enum(transitionKinds)
    .describe('`state` was observed by the sweep; `service` was wished by an operator; `rest` was decided from how jobs ended.'),
  from: optional(text),
  to: text,
  evidence: text,
  atMs,
});
const pipeline = z.object({
  name: text,
  turn: count,
  stage: stageName,
  stageSinceMs: atMs,
  detail: text,
  champion: text,
  championElo: number,
  promotions: count,
  games: count,
  evaluation: optional(z.object({ candidate: text, pairs: count, llr: number, lower: number, upper: number })),
  failure: optional(failureRecord),
  setAside: optional(z.array(setAside)),
  ...pipelineMarks,
});
const sync = z.object({
  dataset: text,
  source: text,
  target: text,
  timestamp: text,
  digest: text,
  files: count,
  bytes: count,
  durationMs: number,
  state: z.enum(syncStates),
  failure: optional(failureRecord),
});
const model = z.object({
  id: text,
  pipeline: text,
  turn: count,
  sha256,
  state: z.enum(modelStates),
  elo: number,
  eloError: number,
  trainingSet: text,
  createdAtMs: atMs,
});
const process = z.object({
  name: text,
  pid: count,
  state: z.enum(processStates),
  restarts: count,
  sinceMs: atMs,
  silentSeconds: optional(count).describe('Present while a running process shows no sign of life.'),
});
const daemon = daemonSchema(failureRecord);
const queue = z.object(Object.fromEntries(itemStates.map((state) => [state, count])) as Record<ItemState, typeof count>);

/** The schemas that several views share, each under its name in the document. */
export const parts = {
  FailureCode: failureCode,
  FailureClass: failureClass,
  FailureRecord: failureRecord,
  ItemSpec: itemSpec,
  SetAsideFile: setAside,
  Process: process,
} as const;

export const viewSchemas = equalToViews({
  Failure: z.object({ code: failureCode, message: text, hint: optional(hint), sentence: text.describe('The message with the hint, for people.') }),
  ...healthSchemas,
  Status: z.object({
    v: z.literal(1),
    cluster: text,
    readAtMs: atMs,
    ageMs: number.describe('Age of these numbers when the server sent them.'),
    processes: z.array(process),
    daemons: z.array(daemon),
    nodes: z.array(node),
    queue,
    openJobs: z.array(job),
    recentJobs: z.array(job),
    pipelines: z.array(pipeline),
    recentSyncs: z.array(sync),
    models: z.array(model),
    alerts: z.array(alert).describe('The alerts that fire. Those that a silence covers stand last.'),
    watches: z.array(watchSchema(hint)),
    nodeLimits: z.object({ suspectAfterSeconds: z.number(), unreachableAfterSeconds: z.number(), lostAfterSeconds: z.number() }),
    temporalAddress: text,
    temporalServer: z.enum(['own', 'external']),
    temporalBecause: optional(text).describe('Why the cluster uses this server.'),
    temporalPassedOver: optional(text).describe('A server or a namespace that the environment of `up` named and that the cluster does not use.'),
    temporalUi: optional(text),
  }),
  LedgerCheck: z.object({ file: text, ok: z.boolean(), detail: text }),
  Job: job,
  Item: item,
  ItemFacts: z.object({ item, jobs: z.array(job), setAside: optional(setAside), placements: optional(z.array(placement)) }),
  Node: node,
  NodeFacts: node.extend({ openJobs: z.array(job), recentJobs: z.array(job), changes: z.array(nodeTransition) }),
  Pipeline: pipeline,
  PipelineFacts: pipeline.extend({ models: z.array(model), stages: z.array(stageSpan) }),
  Daemon: daemon,
  LogPart: logPartSchema,
  Sync: sync,
  Model: model,
  Explanation: z.object({
    v: z.literal(2),
    id: text,
    kind: z.enum([...nounNames] as [Noun, ...Noun[]]),
    title: text,
    state: text,
    sinceMs: optional(atMs),
    why: texts,
    failure: optional(
      z.object({
        code: failureCode,
        class: failureClass,
        retried: z.boolean(),
        fate: text,
        meaning: text,
        message: optional(text),
        chain: texts,
        stderr: optional(text),
        next: z.array(hint),
      }),
    ),
    history: texts,
    events: optional(eventList).describe('The last events about the thing, the oldest first.'),
    commands: texts,
  }),
  ...alertSchemas,
  ...eventSchemas(failureRecord),
  OpenApi: z.looseObject({ openapi: text }),
});

/** The JSON form of a type: an id is a string, nothing is readonly, and an intersection is one object. */
type Json<T> = T extends { readonly __brand: string }
  ? string
  : T extends readonly (infer Entry)[]
    ? Json<Entry>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Json<T[Key]> }
      : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

function equalToViews<Schemas extends Readonly<Record<ViewName, z.ZodType>>>(
  schemas: Schemas & {
    readonly [Name in ViewName]: Same<Json<z.output<Schemas[Name]>>, Json<Views[Name]>> extends true ? unknown : ['not the type of', Name];
  },
): Schemas {
  return schemas;
}
