/** Tests the metrics: their form by the rules of Prometheus (`promtool check metrics`), and the measures of the processes. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClusterNumbers } from '../../src/http/metrics/family.ts';
import { clusterFamilies } from '../../src/http/metrics/families.ts';
import { metricsText } from '../../src/http/metrics/metrics-text.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { metricsAgeMsMax } from '../../src/telemetry/limits.ts';
import { keepMeasures, measure, measures } from '../../src/telemetry/measures.ts';
import { keepProcessMetrics, type ProcessMetrics, readProcessMetrics } from '../../src/telemetry/process-metrics.ts';
import { fixtureReads } from '../cli/cli-run.ts';
import { promtool } from '../support/promtool.ts';

const nowMs = 1_700_000_000_000;
const reads = fixtureReads({}, () => nowMs);
const numbers = async (): Promise<ClusterNumbers> => ({ status: await reads.status(), events: await reads.eventStats(), nowMs });
const linesOf = async (processes: readonly ProcessMetrics[] = []): Promise<readonly string[]> =>
  (await metricsText(await numbers(), processes)).split('\n');

const folders: string[] = [];
afterEach(() => {
  keepMeasures(undefined);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Returns the metrics of a process that has made one measurement of each kind. */
async function measured(process: string, atMs: number): Promise<ProcessMetrics> {
  const read = keepProcessMetrics(process);
  measure('sshCommand', 0.2, { outcome: 'ended' });
  measure('ledger', 0.002, { ledger: 'work_queue', operation: 'write' });
  measure('activity', 0.3, { activity: 'claim', outcome: 'completed' });
  measure('job', 42, { kind: 'self-play', outcome: 'completed' });
  measure('sync', 3, { outcome: 'completed' });
  measure('syncBytes', 2_000_000, { outcome: 'completed' });
  return { ...(await read()), atMs };
}

test('promtool finds nothing to say about all metrics of three processes', async () => {
  const text = await metricsText(await numbers(), [
    await measured('control', nowMs),
    await measured('ledger', nowMs),
    await measured('gateway', nowMs),
  ]);
  for (const name of [...clusterFamilies.map((family) => family.name), ...Object.values(measures).map((row) => row.name)])
    expect(text, name).toContain(`# TYPE ${name} `);
  expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });
});

test('promtool names a metric against the rules', async () => {
  expect(await promtool(['check', 'metrics'], '# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n')).toMatchObject({ code: 3 });
});

test('the processes are kept apart, and each metric is described once', async () => {
  const lines = await linesOf([await measured('ledger', nowMs), await measured('gateway', nowMs)]);
  expect(lines.filter((line) => line.startsWith('# TYPE ringmaster_ssh_command_seconds'))).toHaveLength(1);
  for (const process of ['ledger', 'gateway']) {
    expect(lines).toContain(`ringmaster_ssh_command_seconds_count{outcome="ended",process="${process}"} 1`);
    expect(lines).toContain(`ringmaster_ssh_command_seconds_bucket{le="0.1",outcome="ended",process="${process}"} 0`);
    expect(lines).toContain(`ringmaster_ssh_command_seconds_bucket{le="0.25",outcome="ended",process="${process}"} 1`);
  }
});

test('the process itself is measured', async () => {
  const read = keepProcessMetrics('ledger');
  // The lag of the event loop is sampled while the loop turns.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const lines = await linesOf([{ ...(await read()), atMs: nowMs }]);
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_open_fds',
    'nodejs_heap_size_used_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ])
    expect(Number(lines.find((line) => line.startsWith(`${name}{process="ledger"} `))?.split(' ')[1]), name).toBeGreaterThan(0);
});

test('old metrics of a process are not shown, and their age is', async () => {
  const lines = await linesOf([await measured('ledger', nowMs - metricsAgeMsMax - 1_000), await measured('gateway', nowMs - metricsAgeMsMax)]);
  expect(lines.filter((line) => line.includes('process="ledger"'))).toEqual(['ringmaster_process_metrics_age_seconds{process="ledger"} 61']);
  expect(lines).toContain('ringmaster_ssh_command_seconds_count{outcome="ended",process="gateway"} 1');
});

test('without a process that keeps measures, a measurement changes nothing', () => {
  expect(() => measure('sync', 1, { outcome: 'failed' })).not.toThrow();
});

describe('files of metrics', () => {
  test('control reads the file of each process, and passes over one that is not whole', async () => {
    const state = mkdtempSync(join(tmpdir(), 'rm-metrics-'));
    folders.push(state);
    mkdirSync(statePaths(state).run, { recursive: true });
    expect(readProcessMetrics(state)).toEqual([]);
    const whole = JSON.stringify(await measured('ledger', nowMs));
    writeFileSync(statePaths(state).metrics('ledger'), whole);
    writeFileSync(statePaths(state).metrics('gateway'), whole.slice(0, 100));
    expect(readProcessMetrics(state).map(({ process }) => process)).toEqual(['ledger']);
    writeFileSync(statePaths(state).metrics('gateway'), readFileSync(statePaths(state).metrics('ledger')));
    expect(readProcessMetrics(state).map(({ process }) => process)).toEqual(['ledger']);
  });
});
