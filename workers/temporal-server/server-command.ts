import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';

/**
 * Cheap commits: WAL and synchronous=NORMAL. A power failure can lose the last moments; a crash of the process loses nothing. The queue processors run without
 * the default rate limit, by which each workflow task waits 40 ms and a timer may be a second late. Measured in `docs/decisions/0003-worker-tuning.md`.
 */
const pragmas = ['journal_mode=wal', 'synchronous=1'] as const;
const dynamicValues = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxTimeShift="10ms"',
] as const;

/** Returns the argv of the Temporal CLI's dev server with its database in a file, on loopback only. It stops cleanly on SIGTERM and has no children. */
export function serverCommand(executable: string, config: ClusterConfig): readonly string[] {
  const { port, uiPort, metricsPort, namespace } = config.temporal;
  return [
    executable,
    'server',
    'start-dev',
    '--db-filename',
    statePaths(config.state).temporalDatabase,
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--ui-ip',
    '127.0.0.1',
    '--ui-port',
    String(uiPort),
    '--ui-disable-news-fetch',
    '--metrics-port',
    String(metricsPort),
    '--namespace',
    namespace,
    '--log-level',
    'warn',
    '--log-format',
    'json',
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...dynamicValues.flatMap((value) => ['--dynamic-config-value', value]),
  ];
}
