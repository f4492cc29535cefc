/** The read model of status, the page and `explain`. It reads the ledgers only: nothing here asks Temporal or waits for a writer. */
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { JobRef } from '../../domain/ids.ts';
import { gamesFileName, itemOfGamesFile } from '../../domain/game/games-file.ts';
import { mergeNode } from '../../domain/node/merge.ts';
import type { NodeView, ObservedNode } from '../../domain/node/node.ts';
import { isDraining } from '../../domain/node/wish.ts';
import { parseSelfPlayItemId, selfPlayItemId } from '../../domain/item/populate.ts';
import type { EvaluationProgress } from '../../domain/model/evaluation.ts';
import type { ItemFacts, QueueFilter } from '../../domain/item/view.ts';
import type { JobView, JobFilter } from '../../domain/job/view.ts';
import { type ModelView, randomPlayerId } from '../../domain/model/model.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import type { SetAsideFile } from '../../domain/game/set-aside.ts';
import type { SyncView } from '../../domain/dataset/sync.ts';
import { replacementIds } from '../../domain/item/replacement.ts';
import { isOpenState, type ItemState, type JobKind, type WorkItem, type WorkItemSpec, itemStates } from '../../domain/item/work-item.ts';
import type { JobRow } from '../queue/closed-jobs.ts';
import { ledgerLimits } from '../ledger/ledger-limits.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader, type LedgerReader } from '../ledger/ledger-reader.ts';
import type { SetAsideRow } from '../game/game-store.ts';
import type { ReadModel } from './ledger-views.ts';
import { forEachLedger, type LedgerKey } from '../ledger/registry.ts';
import type { ModelRow } from '../rating/ratings.ts';
import { readNodeChanges } from '../node/node-changes.ts';
import { readStages } from '../pipeline/stage-spans.ts';
import { toWish, type WishRow } from '../node/node-wishes.ts';
import type { PipelineRow } from '../node/resource-state.ts';
import type { SyncRow } from '../sync/sync-history.ts';
import { itemColumns, type ItemRow } from '../queue/item-columns.ts';
import { toWorkItem, isOpenRow } from '../queue/work-queue-rows.ts';

const recentMax = 20;
const openJobsMax = 200;
const statusModelsMax = 50;
/** Stages of one turn. It has about ten; more when games were played again or the turn ran again. */
const stagesMax = 100;
const listDefault = 50;
const emptyQueue = Object.fromEntries(itemStates.map((state) => [state, 0])) as Readonly<Record<ItemState, number>>;

type Files = Readonly<Record<LedgerKey, LedgerReader>>;

export function openReadModel(stateFolder: string, now: () => number = Date.now): ReadModel {
  const paths = ledgerPaths(stateFolder);
  const files: Files = forEachLedger((key) => openLedgerReader(paths[key]));
  const syncs = (limit?: number): readonly SyncView[] =>
    files.syncs.all<SyncRow>('SELECT * FROM syncs ORDER BY timestamp DESC LIMIT ?', bounded(limit)).map(toSync);
  const models = (limit?: number): readonly ModelView[] =>
    files.ratings.all<ModelRow>('SELECT * FROM models ORDER BY created_at_ms DESC LIMIT ?', bounded(limit ?? ledgerLimits.listRowsMax)).map(toModel);
  return {
    status: () => ({
      v: 1,
      readAtMs: now(),
      nodes: nodesOf(files),
      queue: countsOf(files),
      openJobs: openJobs(files, openJobsMax),
      recentJobs: files.tasks.all<JobRow>('SELECT * FROM jobs ORDER BY seq DESC LIMIT ?', recentMax).map(toClosedJob),
      pipelines: pipelinesOf(files),
      recentSyncs: syncs(recentMax),
      models: models(statusModelsMax),
    }),
    item: (id) => itemOf(files, id),
    jobs: (filter = {}) => jobsOf(files, filter),
    queue: (filter = {}) => queueOf(files, filter),
    syncs,
    models: () => models(),
    nodeChanges: (node, limit) => readNodeChanges(files.resources, node, bounded(limit ?? recentMax)),
    stages: (pipeline, turn) => readStages(files.resources, pipeline, turn, stagesMax),
    close: () => Object.values(files).forEach((file: LedgerReader) => file.close()),
  };
}

const countsOf = ({ queue }: Files): Readonly<Record<ItemState, number>> => ({
  ...emptyQueue,
  ...Object.fromEntries(queue.all<{ state: ItemState; items: number }>('SELECT state, items FROM counts').map(({ state, items }) => [state, items])),
});

/** Each node as it was seen, merged with its wish. A draining node names the jobs that it waits for. */
function nodesOf({ resources, queue }: Files): readonly NodeView[] {
  const wishes = new Map(resources.all<WishRow>('SELECT * FROM node_wishes').map((row) => [row.node, toWish(row)]));
  return resources.all<{ view: string }>('SELECT view FROM nodes ORDER BY node').map(({ view }) => {
    const observed = parse<ObservedNode>(view);
    const wish = wishes.get(observed.node);
    const waitsFor = isDraining({ wish })
      ? queue.all<JobRef>(
          `SELECT id AS item, epoch FROM items WHERE ${isOpenRow} AND node = ? ORDER BY seq LIMIT ?`,
          observed.node,
          ledgerLimits.listRowsMax,
        )
      : [];
    return mergeNode(observed, wish, waitsFor);
  });
}

const openJobs = ({ queue }: Files, limit: number): readonly JobView[] =>
  queue.all<ItemRow>(`SELECT ${itemColumns} FROM items WHERE ${isOpenRow} ORDER BY seq LIMIT ?`, limit).map(toOpenJob);

function pipelinesOf({ resources, ratings, games }: Files): readonly PipelineView[] {
  return resources.all<PipelineRow>('SELECT * FROM pipelines ORDER BY name').map((row) => {
    const champion = ratings.get<{ model: string; elo: number; promotions: number }>(
      'SELECT model, elo, promotions FROM champions WHERE pipeline = ?',
      row.name,
    );
    return {
      name: row.name,
      turn: row.turn,
      stage: row.stage,
      stageSinceMs: row.since_ms,
      detail: row.detail,
      champion: champion?.model ?? randomPlayerId(row.name),
      championElo: champion?.elo ?? 0,
      promotions: champion?.promotions ?? 0,
      games: games.get<{ games: number }>('SELECT games FROM totals WHERE pipeline = ?', row.name)?.games ?? 0,
      ...(row.evaluation === null ? {} : { evaluation: parse<EvaluationProgress>(row.evaluation) }),
      ...failureOf(row.failure),
      ...setAsideOf(games, row.name),
    };
  });
}

function setAsideOf(games: LedgerReader, pipeline: string): Pick<PipelineView, 'setAside'> {
  const rows = games.all<SetAsideRow>(
    'SELECT * FROM set_aside_files WHERE pipeline = ? ORDER BY at_ms DESC, name LIMIT ?',
    pipeline,
    ledgerLimits.setAsideShownMax,
  );
  return rows.length === 0 ? {} : { setAside: rows.map((row) => toSetAside(games, row)) };
}

function itemOf({ queue, tasks, games }: Files, id: string): ItemFacts | undefined {
  const row = queue.get<ItemRow & { json: string }>(`SELECT ${itemColumns}, json FROM items JOIN specs USING (seq) WHERE id = ?`, id);
  if (row === undefined) return undefined;
  const closed = tasks.all<JobRow>('SELECT * FROM jobs WHERE item = ? ORDER BY epoch', id).map(toClosedJob);
  // A close writes the summary first and the row second. Between the two the row is still open, and the summary is the newer of them.
  const isOpen = isOpenState(row.state) && !closed.some(({ epoch }) => epoch === row.epoch);
  const setAside = games.get<SetAsideRow>('SELECT * FROM set_aside_files WHERE name = ? ORDER BY at_ms DESC LIMIT 1', gamesFileName(id));
  return {
    item: toWorkItem(row, parse<WorkItemSpec>(row.json)),
    jobs: isOpen ? [...closed, toOpenJob(row)] : closed,
    ...(setAside === undefined ? {} : { setAside: toSetAside(games, setAside) }),
  };
}

/** Columns that a job has in both ledgers, open or closed. */
const filterColumns = ['state', 'kind', 'node', 'pipeline'] as const satisfies readonly (keyof JobFilter)[];

function jobsOf({ queue, tasks }: Files, { limit, ...filter }: JobFilter): readonly JobView[] {
  const max = bounded(limit);
  const wanted = filterColumns.flatMap((column) => {
    const value = filter[column];
    return value === undefined ? [] : [[column, value] as const];
  });
  const where = ['true', ...wanted.map(([column]) => `${column} = ?`)].join(' AND ');
  const values = wanted.map(([, value]) => value);
  const open = queue.all<ItemRow>(`SELECT ${itemColumns} FROM items WHERE ${isOpenRow} AND ${where} ORDER BY seq LIMIT ?`, ...values, max);
  const closed = tasks.all<JobRow>(`SELECT * FROM jobs WHERE ${where} ORDER BY seq DESC LIMIT ?`, ...values, max - open.length);
  return [...open.map(toOpenJob), ...closed.map(toClosedJob)];
}

type FullRow = ItemRow & { readonly json: string };
const selectFull = `SELECT ${itemColumns}, json FROM items JOIN specs USING (seq)`;

function queueOf({ queue }: Files, { state, limit }: QueueFilter): readonly WorkItem[] {
  const max = bounded(limit);
  const rows = (sql: string, ...values: readonly string[]) => queue.all<FullRow>(`${selectFull} ${sql} LIMIT ?`, ...values, max);
  const found =
    state === undefined
      ? rows('ORDER BY seq DESC')
      : state === 'pending'
        ? pendingRows(queue, max)
        : isOpenState(state)
          ? rows(`WHERE ${isOpenRow} AND state = ? ORDER BY seq DESC`, state)
          : rows('WHERE state = ? AND closed_at_ms IS NOT NULL ORDER BY closed_at_ms DESC', state);
  return found.map((row) => toWorkItem(row, parse<WorkItemSpec>(row.json)));
}

/** Reads the first items of each shape by the index and merges them. Sorting all pending items would take longer the more there are. */
function pendingRows(queue: LedgerReader, max: number): readonly FullRow[] {
  const shapes = queue.all<{ shape: string }>(
    `WITH RECURSIVE shapes (shape) AS (
       SELECT min(shape) FROM items WHERE state = 'pending'
       UNION ALL SELECT (SELECT min(shape) FROM items WHERE state = 'pending' AND items.shape > shapes.shape) FROM shapes WHERE shapes.shape IS NOT NULL
     ) SELECT shape FROM shapes WHERE shape IS NOT NULL`,
  );
  return shapes
    .flatMap(({ shape }) =>
      queue.all<FullRow>(`${selectFull} WHERE state = 'pending' AND shape = ? ORDER BY priority DESC, items.seq LIMIT ?`, shape, max),
    )
    .toSorted((a, b) => b.priority - a.priority || a.seq - b.seq)
    .slice(0, max);
}

const toOpenJob = (row: ItemRow): JobView => ({
  ...identity(row, row.id),
  node: row.node ?? '',
  slots: row.slots,
  state: row.state === 'running' ? 'running' : 'claimed',
  startedAtMs: row.started_at_ms ?? row.claimed_at_ms ?? row.changed_at_ms,
  ...(row.progress_done === null || row.progress_of === null ? {} : { progress: { done: row.progress_done, of: row.progress_of } }),
});

const toClosedJob = (row: JobRow): JobView => ({
  ...identity(row, row.item),
  node: row.node,
  ...(row.slots === null ? {} : { slots: row.slots }),
  state: row.state,
  startedAtMs: row.started_at_ms,
  endedAtMs: row.ended_at_ms,
  ...failureOf(row.failure),
});

const identity = (
  row: { readonly epoch: number; readonly kind: JobKind; readonly pipeline: string | null; readonly turn: number | null },
  item: string,
) => ({
  item,
  epoch: row.epoch,
  kind: row.kind,
  ...(row.pipeline === null ? {} : { pipeline: row.pipeline }),
  ...(row.turn === null ? {} : { turn: row.turn }),
});

const toSync = ({ duration_ms: durationMs, failure, dataset, source, target, timestamp, digest, files, bytes, state }: SyncRow): SyncView => ({
  dataset,
  source,
  target,
  timestamp,
  digest,
  files,
  bytes,
  durationMs,
  state,
  ...failureOf(failure),
});

function toSetAside(games: LedgerReader, { name, sha256, turn, item, at_ms: atMs, failure }: SetAsideRow): SetAsideFile {
  const parsed = parseSelfPlayItemId(item);
  const names = parsed === undefined ? [] : replacementIds(selfPlayItemId(parsed.pipeline, parsed.turn, parsed.k)).map(gamesFileName);
  const home = games.get<{ name: string }>(`SELECT name FROM read_files WHERE name IN (${names.map(() => '?').join()}) LIMIT 1`, ...names)?.name;
  const replacedBy = home === undefined ? undefined : itemOfGamesFile(home);
  return { item, turn, name, sha256, atMs, failure: parse<FailureRecord>(failure), ...(replacedBy === undefined ? {} : { replacedBy }) };
}

const toModel = (row: ModelRow): ModelView => ({
  id: row.id,
  pipeline: row.pipeline,
  turn: row.turn,
  sha256: row.sha256,
  state: row.state,
  elo: row.elo,
  eloError: row.elo_error,
  trainingSet: row.training_set,
  createdAtMs: row.created_at_ms,
});

const failureOf = (json: string | null): { readonly failure?: FailureRecord } => (json === null ? {} : { failure: parse<FailureRecord>(json) });
const parse = <T>(json: string): T => JSON.parse(json) as T;
const bounded = (limit: number = listDefault): number => Math.max(1, Math.min(Math.trunc(limit), ledgerLimits.listRowsMax));
