import type { NodeId } from '../ids.ts';
import type { DaemonProcess } from './command.ts';
import type { Daemon, DaemonRow, DaemonWish } from './daemon.ts';

interface Known {
  readonly id: string;
  readonly record?: Pick<Daemon, 'isDone'>;
  readonly wish?: Pick<DaemonWish, 'wish'>;
}

/**
 * Returns the nodes that command daemons need, each with one such daemon. A daemon needs its node while it is wished to run, unless its program has ended
 * well and rests. It also needs its node while a process of it may live there.
 */
export function nodesOfDaemons(
  rows: readonly Pick<DaemonRow, 'id' | 'process'>[],
  known: readonly Known[],
  processes: readonly { readonly process: Pick<DaemonProcess, 'daemon' | 'node'>; readonly isOpen: boolean }[],
): ReadonlyMap<NodeId, string> {
  const byId = new Map(known.map((one) => [one.id, one]));
  const isWanted = (id: string): boolean => {
    const { record, wish } = byId.get(id) ?? {};
    return wish?.wish !== 'stopped' && record?.isDone !== true;
  };
  const wanted = rows.flatMap(({ id, process }) => (process !== undefined && isWanted(id) ? [[process.node as NodeId, id] as const] : []));
  const open = processes.flatMap(({ process: { daemon, node }, isOpen }) => (isOpen ? [[node, daemon] as const] : []));
  return new Map([...open, ...wanted]);
}
