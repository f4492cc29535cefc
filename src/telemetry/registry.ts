/** The metrics of one process, in the Prometheus client. */
import { collectDefaultMetrics, Histogram, type MetricObject, Registry } from 'prom-client';
import { measures, type MeasureId, type MeasureRow, type Recorder } from './measures.ts';

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

/** Opens the metrics of this process in the library. */
export function openRegistry(process: string): { readonly record: Recorder; readonly read: () => Promise<readonly MetricObject[]> } {
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
  return {
    record: (id, value, labels) => histograms.get(id)?.observe(labels, value),
    read: async () => [
      ...(await defaults.getMetricsAsJSON()).filter(({ name }) => shownDefaults.includes(name)),
      ...(await registry.getMetricsAsJSON()),
    ],
  };
}
