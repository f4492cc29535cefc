import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { given } from '../base/given.ts';
import type { CommandDaemon } from '../domain/daemon/command.ts';
import type { HealthCheck, HealthQuestion } from '../domain/daemon/health.ts';
import { isNodeId } from '../domain/ids.ts';
import type { ResolvePath } from './resolve-path.ts';
import type { DaemonEntry } from './schema/daemon-entry.ts';
import { toEnv } from './to-env.ts';

/** Returns a command daemon with its defaults filled in. Its digest does not cover `needs`, because they change nothing about the process. */
export function toDaemon(entry: DaemonEntry, resolvePath: ResolvePath): CommandDaemon {
  const { id, command, node, labels, needs, health, ready, restart, stopSignal, stopGrace } = entry;
  const env = toEnv(entry.env, resolvePath);
  if (node !== undefined && !isNodeId(node)) throw new Error(`the schema let ${node} pass as a node id`);
  return {
    id,
    command,
    ...given({ node, health: health && toHealth(health) }),
    labels,
    env,
    needs,
    readyWithinMs: ready,
    restart,
    stop: { signal: stopSignal, graceMs: stopGrace },
    digest: createHash('sha256')
      .update(canonicalJson({ ...entry, env, needs: [] }))
      .digest('hex'),
  };
}

function toHealth({ command, http, file, fresh = 30_000, every, within, silent }: NonNullable<DaemonEntry['health']>): HealthCheck {
  const question: HealthQuestion =
    command !== undefined
      ? { type: 'command', command }
      : http !== undefined
        ? { type: 'http', url: http }
        : { type: 'file', path: file ?? '', freshMs: fresh };
  return { question, everyMs: every, withinMs: within, silentMax: silent };
}
