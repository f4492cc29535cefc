/**
 * The measures of the worker processes. One row is one histogram, and `docs/metrics.md` lists the rows. The code that does the work calls
 * `measure`, which costs nothing in a process that does not keep measures, such as the command line. `process-metrics.ts` keeps them.
 */
export interface MeasureRow {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, in the unit of the name. */
  readonly buckets: readonly number[];
}

const shortSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const workSeconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const longSeconds = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];
const bytes = [1_024, 65_536, 1_048_576, 16_777_216, 268_435_456, 4_294_967_296, 68_719_476_736];

export const measures = {
  sshCommand: {
    name: 'ringmaster_ssh_command_seconds',
    help: 'Time of a command on a node over SSH, with the session that it opened.',
    labels: ['outcome'],
    buckets: workSeconds,
  },
  ledger: {
    name: 'ringmaster_ledger_seconds',
    help: 'Time of a transaction of the ledger worker in a SQLite file.',
    labels: ['ledger', 'operation'],
    buckets: shortSeconds,
  },
  activity: {
    name: 'ringmaster_activity_seconds',
    help: 'Time of a run of an activity.',
    labels: ['activity', 'outcome'],
    buckets: workSeconds,
  },
  job: {
    name: 'ringmaster_job_seconds',
    help: 'Time of a try, from its start on a node to its end.',
    labels: ['kind', 'outcome'],
    buckets: longSeconds,
  },
  sync: {
    name: 'ringmaster_sync_seconds',
    help: 'Time of a sync of a dataset.',
    labels: ['outcome'],
    buckets: workSeconds,
  },
  syncBytes: {
    name: 'ringmaster_sync_bytes',
    help: 'Size of the replicas that syncs brought up to date.',
    labels: ['outcome'],
    buckets: bytes,
  },
} as const satisfies Readonly<Record<string, MeasureRow>>;

export type MeasureId = keyof typeof measures;
type LabelsOf<Id extends MeasureId> = Readonly<Record<(typeof measures)[Id]['labels'][number], string>>;
export type Recorder = (id: MeasureId, value: number, labels: Readonly<Record<string, string>>) => void;

let recorder: Recorder | undefined;

/** From now on `measure` calls this function. */
export const keepMeasures = (keep: Recorder | undefined): void => void (recorder = keep);

/** Adds one value, in the unit of the measure's name. Each label may have a bounded set of values only: names from our own code, never ids. */
export const measure = <Id extends MeasureId>(id: Id, value: number, labels: LabelsOf<Id>): void => recorder?.(id, value, labels);

/** Returns a function that returns the seconds since this call. */
export function stopwatch(): () => number {
  const startedMs = performance.now();
  return () => (performance.now() - startedMs) / 1000;
}
