/**
 * The metrics of one worker process: its measures, and the CPU time, memory and event loop of the process. Each process but control writes them into
 * `run/<process>.metrics.json`, from which control makes `/metrics`. A file needs no open port, and it can be read while its process hangs.
 */
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Histogram, type MetricObject, Registry } from 'prom-client';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { replaceFile } from '../system/replace-file.ts';
import { metricsFileMs } from './limits.ts';
import { keepMeasures, measures, type MeasureId, type MeasureRow } from './measures.ts';

/** The processes whose metrics are in files. */
export const processesWithMetrics = ['ledger', 'gateway'] as const;

/** The metrics of a process, as its file has them. */
export interface ProcessMetrics {
  readonly v: 1;
  readonly process: string;
  readonly atMs: number;
  readonly metrics: readonly MetricObject[];
}

/** The default metrics of Node.js that are shown. They answer what an operator asks: is the process busy, does it grow, does it lag? */
const shownDefaults = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
];

/** Begins to keep the measures of this process. Returns a function that reads them. */
export function keepProcessMetrics(process: string): () => Promise<ProcessMetrics> {
  // One default metric can fill another one, so the ones that are not shown are kept too.
  const defaults = new Registry();
  collectDefaultMetrics({ register: defaults });
  const registry = new Registry();
  for (const each of [defaults, registry]) each.setDefaultLabels({ process });
  const rows = Object.entries(measures) as [MeasureId, MeasureRow][];
  const histograms = new Map(
    rows.map(([id, { name, help, labels, buckets }]) => [
      id,
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] }),
    ]),
  );
  keepMeasures((id, value, labels) => histograms.get(id)?.observe(labels, value));
  return async () => {
    const shown = (await defaults.getMetricsAsJSON()).filter(({ name }) => shownDefaults.includes(name));
    return { v: 1, process, atMs: Date.now(), metrics: [...shown, ...(await registry.getMetricsAsJSON())] };
  };
}

/** Writes the metrics of this process into its file, from now on. A disk that refuses the file changes nothing else: the age of the metrics shows it. */
export function shareProcessMetrics(state: string, process: string): void {
  const read = keepProcessMetrics(process);
  const write = async (): Promise<void> => {
    const text = JSON.stringify(await read());
    try {
      replaceFile(statePaths(state).metrics(process), text);
    } catch {
      // The reader shows how old the last file is.
    }
  };
  setInterval(() => void write(), metricsFileMs).unref();
}

/** Returns the metrics of the other processes. A process without a whole file has none. */
export const readProcessMetrics = (state: string): readonly ProcessMetrics[] =>
  processesWithMetrics.flatMap((process) => {
    try {
      const read = JSON.parse(readFileSync(statePaths(state).metrics(process), 'utf8')) as ProcessMetrics;
      return read.v === 1 && read.process === process && Array.isArray(read.metrics) ? [read] : [];
    } catch {
      return [];
    }
  });
