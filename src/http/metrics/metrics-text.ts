import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { ProcessMetrics } from '../../telemetry/process-metrics.ts';
import { metricsAgeMsMax } from '../../telemetry/limits.ts';
import { clusterFamilies } from './families.ts';
import type { ClusterNumbers, Family } from './family.ts';

type Metric = MetricObjectWithValues<MetricValue<string>>;

/** The age of the metrics of each process. A process whose metrics are too old to be shown still has its age. */
export const processAge: Family<{ readonly processes: readonly ProcessMetrics[]; readonly nowMs: number }> = {
  name: 'ringmaster_process_metrics_age_seconds',
  type: 'gauge',
  help: 'Age of the metrics that a process measured.',
  labels: ['process'],
  of: ({ processes, nowMs }) => processes.map(({ process, atMs }) => [{ process }, Math.max(0, nowMs - atMs) / 1000]),
};

/** Returns all metrics in the Prometheus text format 0.0.4. */
export function metricsText(numbers: ClusterNumbers, processes: readonly ProcessMetrics[]): Promise<string> {
  const { nowMs } = numbers;
  const fresh = processes.filter(({ atMs }) => nowMs - atMs <= metricsAgeMsMax);
  const own = [...clusterFamilies.map((family) => metricOf(family, numbers)), metricOf(processAge, { processes, nowMs })];
  // The label `process` keeps the samples of the processes apart, so that none are added up.
  const measured = fresh.map(({ metrics }) => metrics.map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate([own, ...measured]).metrics();
}

const metricOf = <Numbers>({ name, type, help, of }: Family<Numbers>, numbers: Numbers): Metric =>
  ({
    name,
    type,
    help,
    aggregator: 'sum',
    values: of(numbers).map(([labels, value]) => ({ labels: { ...labels }, value })),
  }) as unknown as Metric;
