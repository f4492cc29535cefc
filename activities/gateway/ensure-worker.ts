import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Machine } from '../../src/transport/machine.ts';

export interface WorkerPlace {
  readonly cluster: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly watchIntervalMs: number;
  /** Our own installation; used as it is where the node's user can read it (a node on this machine). */
  readonly packageRoot: string;
  /** Makes a folder with what the node's worker needs, for nodes that cannot read ours. Answers it. */
  readonly pack: () => Promise<string>;
}

/**
 * `flock -n` decides: whoever holds `worker/lock` is the node's worker; a second start ends at once and answers the first one's pid.
 * The worker inherits the lock through exec, so the probe's look at the lock is a look at the worker's life.
 */
const script = `
set -u
root=$1; mark=$2; shift 2
umask 077
mkdir -p worker
if ! flock -s -n worker/lock true; then cat worker/pid; exit 0; fi
command -v node >/dev/null || { echo "node is not on the PATH ($PATH)" >&2; exit 69; }
RINGMASTER_MARK=$mark setsid sh -c 'exec 9>worker/lock; flock -w 5 9 || exit 0; echo $$ >worker/pid; exec node --enable-source-maps "$@" >worker/log 2>&1' sh "$root/dist/workers/node/main.js" "$@" </dev/null >/dev/null 2>&1 &
i=0
while [ $i -lt 100 ]; do
  if ! flock -s -n worker/lock true; then echo "started $(cat worker/pid)"; exit 0; fi
  i=$((i+1)); sleep 0.1
done
{ grep -m 1 Error worker/log || tail -n 3 worker/log; } >&2
exit 70
`;

export async function ensureWorker(machine: Machine, place: WorkerPlace): Promise<{ readonly pid: number; readonly started: boolean }> {
  const probe = await machine.run({ argv: ['test', '-r', `${place.packageRoot}/dist/workers/node/main.js`], timeoutMs: 10_000 });
  let root = place.packageRoot;
  if (probe.code !== 0) {
    const sent = await machine.copy({ type: 'push-tree', dataset: 'ringmaster-worker', from: await place.pack() });
    const folder = (await machine.run({ argv: ['pwd'], timeoutMs: 10_000 })).stdout.trim();
    root = `${folder}/replicas/ringmaster-worker/v/${sent.digest}`;
  }
  const args = [
    '--node',
    machine.node,
    '--cluster',
    place.cluster,
    '--temporal',
    place.temporalAddress,
    '--namespace',
    place.namespace,
    '--watch-ms',
    String(place.watchIntervalMs),
  ];
  const started = await machine.run({
    argv: ['sh', '-c', script, 'sh', root, `${place.cluster}/worker/${machine.node}`, ...args],
    timeoutMs: 30_000,
  });
  const pid = Number(started.stdout.trim().split(' ').at(-1));
  if (started.code === 0 && Number.isInteger(pid)) return { pid, started: started.stdout.startsWith('started') };
  throw new RingmasterError('transport.command', {
    cannot: `start the resident worker on ${machine.node}`,
    because: started.stderr.trim() || `its start ended with ${started.code ?? started.signal}`,
    hint: { say: `reading worker/log in the node's folder; until then its calls go through the gateway` },
    fields: { node: machine.node },
  });
}
