/**
 * The order in which the launcher starts the processes of a cluster. A process starts as soon as the processes that it needs are as far as it needs them, so
 * the others start at the same time.
 *
 *   process      starts when                                          because
 *   sshd-<node>  –
 *   server       –
 *   ledger       the server is ready                                  its worker polls a namespace
 *   gateway      the server is ready, each sshd-<node> is settled     its first sweep looks at the practice nodes
 *   control      the server is ready, ledger and gateway have started  its workflows need both, and control waits for both itself
 *
 * Only the wait for the server has no limit, because no worker works without it. An sshd that is not settled, and a worker that cannot be
 * started, keep no other process from its start or its supervision for longer than `otherMsMax`.
 *
 * The cluster has started when each sshd is settled and each other process is ready: a cluster works without one of its nodes.
 */
export interface StartNeed {
  readonly process: string;
  /**
   * `started`: the process runs. The process that needs it loads its code meanwhile, and waits until the other is ready. `settled`: the process is ready, or has
   * failed.
   */
  readonly until: 'started' | 'ready' | 'settled';
  /** The process that needs it starts without it after this time. */
  readonly msMax?: number;
}

const otherMsMax = 15_000;
const server: StartNeed = { process: 'server', until: 'ready' };
const settled = (process: string): StartNeed => ({ process, until: 'settled', msMax: otherMsMax });
const started = (process: string): StartNeed => ({ process, until: 'started', msMax: otherMsMax });

/** Returns what a process needs before its start. `sshds` are the names of the processes of the practice nodes. */
export function startNeedsOf(name: string, sshds: readonly string[]): readonly StartNeed[] {
  switch (name) {
    case 'ledger':
      return [server];
    case 'gateway':
      return [server, ...sshds.map(settled)];
    case 'control':
      return [server, ...controlWaitsFor.map(started)];
    default:
      return [];
  }
}

/** Returns what has started when the cluster has started. */
export const clusterNeedsOf = (names: readonly string[]): readonly StartNeed[] =>
  names.map((name) => (isSshd(name) ? settled(name) : { process: name, until: 'ready' }));

const sshdPrefix = 'sshd-';
/** Returns the name of the process that is the sshd of a practice node. */
export const sshdName = (node: string): string => `${sshdPrefix}${node}`;
export const isSshd = (name: string): boolean => name.startsWith(sshdPrefix);

/** The processes that control waits for after it has loaded its code. */
export const controlWaitsFor = ['ledger', 'gateway'] as const;
