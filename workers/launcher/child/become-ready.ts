import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { serverOptions } from '../../../src/service/temporal/server-target.ts';
import { ensureNamespace } from '../../temporal-server/ensure-namespace.ts';
import type { ProcessEntry } from './process-table.ts';
import type { ProcessRecord } from '../../../src/process/process-record.ts';
import { acceptsConnections } from '../../../src/system/port.ts';
import { errorText } from '../../../src/domain/failure/error.ts';

const pollMs = 25;
const serverRetryMs = 250;

/** Resolves true when the process is ready, false when `goneOr` says that waiting is over (it ended, or we stop). No limit of its own: who waits has one. */
export async function becomeReady(
  entry: ProcessEntry,
  record: ProcessRecord,
  running: RunningCluster,
  goneOr: () => boolean,
  log: Log,
): Promise<boolean> {
  const { ready } = entry;
  switch (ready.type) {
    case 'file':
      return poll(goneOr, () => Promise.resolve(readyPid(running.config.state, entry.name) === record.pid));
    case 'port':
      return poll(goneOr, () => acceptsConnections(ready.port));
    case 'server':
      return (await poll(goneOr, () => acceptsConnections(running.config.temporal.port))) && prepareServer(running, goneOr, log);
  }
}

/** Namespace, retention and search attributes; tried again until it works, and why not is logged once a kind. */
export async function prepareServer(running: RunningCluster, goneOr: () => boolean, log: Log): Promise<boolean> {
  const { namespace, retentionHours } = running.config.temporal;
  let said = '';
  while (!goneOr()) {
    try {
      const connection = await Connection.connect({ ...serverOptions(running), connectTimeout: '3s' });
      try {
        const ensured = await connection.withDeadline(Date.now() + 40_000, () => ensureNamespace(connection, namespace, retentionHours));
        log.info({ namespace, ...ensured }, 'the Temporal server is ready');
      } finally {
        await connection.close();
      }
      return true;
    } catch (error) {
      const message = errorText(error);
      if (message !== said) log.warn({ error: message }, 'the Temporal server is not ready yet');
      said = message;
      await sleep(serverRetryMs);
    }
  }
  return false;
}

async function poll(goneOr: () => boolean, isReady: () => Promise<boolean>): Promise<boolean> {
  while (!goneOr()) {
    if (await isReady()) return true;
    await sleep(pollMs);
  }
  return false;
}

function readyPid(state: string, name: string): number | undefined {
  try {
    return Number(readFileSync(statePaths(state).ready(name), 'utf8').trim());
  } catch {
    return undefined;
  }
}
