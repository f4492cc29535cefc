/**
 * The metrics of one worker process: its measures, and the CPU time, memory and event loop of the process. Each process but control writes them into
 * `run/<process>.metrics.json`, from which control makes `/metrics`. A file needs no open port, and it can be read while its process hangs.
 */
import { readFileSync } from 'node:fs';
import type { MetricObject } from 'prom-client';
import { processesWithMetrics, statePaths } from '../domain/cluster/state-paths.ts';
import { replaceFile } from '../system/replace-file.ts';
import { metricsFileMs, waitingMeasuresMax } from './limits.ts';
import { keepMeasures, type Recorder } from './measures.ts';
import type { openRegistry } from './registry.ts';

/** The metrics of a process, as its file has them. */
export interface ProcessMetrics {
  readonly v: 1;
  readonly process: string;
  readonly atMs: number;
  readonly metrics: readonly MetricObject[];
}

/**
 * Begins to keep the measures of this process. Returns a function that reads them. The library is loaded at the first read, because a start must not wait for
 * it; until then the measures wait in a list.
 */
export function keepProcessMetrics(process: string): () => Promise<ProcessMetrics> {
  const waiting: Parameters<Recorder>[] = [];
  keepMeasures((...measured) => {
    if (waiting.length < waitingMeasuresMax) waiting.push(measured);
  });
  let registry: ReturnType<typeof openRegistry> | undefined;
  return async () => {
    if (registry === undefined) {
      const { openRegistry } = await import('./registry.ts');
      registry ??= openRegistry(process);
      for (const measured of waiting.splice(0)) registry.record(...measured);
      keepMeasures(registry.record);
    }
    return { v: 1, process, atMs: Date.now(), metrics: await registry.read() };
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
