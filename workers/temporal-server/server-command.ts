import { relative } from 'node:path';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { ownName } from '../../src/system/own-user.ts';
import { homeFolder } from '../../src/system/user-folders.ts';
import { serverLimits } from '../limits.ts';

/**
 * WAL and synchronous=NORMAL make commits cheap. A power failure can lose the writes of the last moments, but a crash of the process loses nothing.
 * The queue processors run without the default rate limit, under which each workflow task waits 40 ms and a timer may be late by 1 s.
 * The cache of workflow states has a limit of our own, because the server's (128,000) is meant for larger machines.
 * `docs/decisions/0003-worker-tuning.md` has the measurements.
 */
const pragmas = ['journal_mode=wal', 'synchronous=1'] as const;
const dynamicValues = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxTimeShift="10ms"',
  `history.hostLevelCacheMaxSize=${serverLimits.cachedWorkflowsMax}`,
] as const;

/**
 * Returns the argv of the Temporal CLI's dev server, with its database in a file and on loopback only. The dev server stops cleanly on SIGTERM and
 * has no children. The path of the database is relative to the working directory, which is the state folder: the dev server makes a URI of the path, and
 * the part from `#` or `?` on would be lost.
 */
export function serverCommand(executable: string, config: ClusterConfig): readonly string[] {
  const { port, uiPort, metricsPort, namespace } = config.temporal;
  return [
    executable,
    'server',
    'start-dev',
    '--db-filename',
    relative(config.state, statePaths(config.state).temporalDatabase),
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

/**
 * Returns the variables that the dev server needs. Its Go library finds the user in /etc/passwd or by both variables, and the server ends when the
 * library finds none.
 */
export const serverVariables = (state: string, env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> => ({
  USER: ownName(env),
  HOME: homeFolder(env) ?? state,
});
