import type { ClusterIdentity } from '../../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { findMarked } from '../../../src/process/find-marked.ts';
import { commandOf } from '../../../src/process/proc.ts';
import { bootId, isAlive } from '../../../src/process/process-identity.ts';
import { readRecord, writeRecord, type ProcessRecord } from '../../../src/process/process-record.ts';
import { stopProcess } from '../../../src/process/stop-process.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import type { ProcessEntry } from './process-table.ts';

/**
 * Returns the record of the process that already runs for this entry with the same command (and the same configuration, when `restartsOnConfig` is
 * set). A process that runs with another command or configuration is stopped first. Returns undefined when a new process must be started.
 */
export async function adoptChild(
  entry: ProcessEntry,
  { running, owner }: { readonly running: RunningCluster; readonly owner: ClusterIdentity },
  log: Log,
): Promise<ProcessRecord | undefined> {
  const record = liveRecord(running.config.state, owner, entry.name);
  if (record === undefined) return undefined;
  const isSame = record.argv.join('\0') === entry.argv.join('\0') && (!entry.restartsOnConfig || hasSameConfig(record, entry, running));
  if (isSame) {
    log.info({ process: entry.name, adopted: record.pid }, 'adopted a running process');
    return record;
  }
  log.info({ process: entry.name, ended: record.pid }, 'ends a process of an older configuration');
  await stopProcess(record, entry.stopGraceMs);
  return undefined;
}

/** A record of an older release has no digest. Its process restarts with each change of the configuration. */
const hasSameConfig = ({ configDigest, configEpoch }: ProcessRecord, entry: ProcessEntry, running: RunningCluster): boolean =>
  configDigest === undefined ? configEpoch === running.configEpoch : configDigest === entry.configDigest;

/**
 * Returns the record of the living process. A launcher can die after it started the process and before it wrote the record. In this case the process
 * is found by its mark, and a record is made for it.
 */
function liveRecord(state: string, owner: ClusterIdentity, name: string): ProcessRecord | undefined {
  const record = readRecord(state, name);
  if (record !== undefined && isAlive(record)) return record;
  const found = findMarked(state, owner, name).find(({ leads, isOurs }) => leads && isOurs);
  if (found === undefined) return undefined;
  const made: ProcessRecord = {
    name,
    state,
    pid: found.pid,
    startTicks: found.startTicks,
    bootId: bootId(),
    argv: commandOf(found.pid),
    startedAtMs: Date.now(),
    restarts: record?.restarts ?? 0,
    configEpoch: record?.configEpoch ?? 0,
  };
  try {
    writeRecord(state, made);
  } catch {
    // The disk refuses the record. The next launcher finds the process by its mark again.
  }
  return made;
}
