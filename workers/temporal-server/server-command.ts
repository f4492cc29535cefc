import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';

/**
 * Commits cheap (WAL, synchronous=NORMAL: a power failure can lose the last moments, a crash of the process cannot), and queue processors that
 * look as often as they are asked: by default each workflow task waits 40 ms and timers may be a second late. Measured: DESIGN §5.
 */
const pragmas = ['journal_mode=wal', 'synchronous=1'] as const;
const dynamicValues = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxTimeShift="10ms"',
] as const;

/** The Temporal CLI's dev server on a file, loopback only. It stops cleanly on SIGTERM and has no children. */
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
