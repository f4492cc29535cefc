/** docs/metrics.md, made from the tables of metrics. */
import { codeList } from '../openapi/code-list.ts';
import { measures, type MeasureRow } from '../../telemetry/measures.ts';
import { clusterFamilies } from './families.ts';
import { processAge } from './metrics-text.ts';

const families = [...clusterFamilies, processAge];
const row = (name: string, type: string, labels: readonly string[], help: string): string =>
  `| \`${name}\` | ${type} | ${codeList(labels)} | ${help} |`;
const measureRow = ({ name, labels, help }: MeasureRow): string => row(name, 'histogram', ['process', ...labels], help);

/** Returns the page. */
export const metricsGuide = (): string => `# Metrics

\`/metrics\` of control serves these metrics in the Prometheus text format. A label has a bounded set of values: no id of a node, an item or a model is a label.
This page is made from \`src/http/metrics/families.ts\`, \`event-families.ts\` beside it, and \`src/telemetry/measures.ts\`: \`node dist/src/http/openapi/write-documents.js docs\`.

## Read from the cluster
Control computes these metrics from the ledgers and from its processes, at each request.

| metric | type | labels | help |
|---|---|---|---|
${families.map(({ name, type, labels, help }) => row(name, type, labels, help)).join('\n')}

## Measured by the processes
Control, the ledger worker and the gateway measure these metrics while they work. They begin at 0 when their process starts. Each has the label \`process\`, as have the metrics of
Node.js: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`, \`process_start_time_seconds\`, \`process_open_fds\`, \`process_max_fds\`, \`nodejs_heap_size_used_bytes\` and
\`nodejs_eventloop_lag_p99_seconds\`. The ledger worker and the gateway write theirs into a file every 10 s. When the file of a process is older than 60 s, only
\`ringmaster_process_metrics_age_seconds\` remains of its metrics. The worker of a resident node has no metrics of its own.

| metric | type | labels | help |
|---|---|---|---|
${Object.values(measures).map(measureRow).join('\n')}

The Temporal server has metrics of its own on \`temporal.metricsPort\`.
`;
