import { given } from '../../src/base/given.ts';
import { workflowIds, type DaemonManagerInput, type DispatcherInput, type NodeInput } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { Daemon, DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { type DaemonReport, type Group, type Managed, type ManagedWish, newManaged } from '../../src/domain/daemon/manager.ts';
import { daemonRows } from '../../src/duty/catalogue.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import type { NodeWish } from '../../src/domain/node/wish.ts';
import type { StandingWorkflow } from './keep-workflows.ts';

/** A node, as the ledgers know it. */
export interface KnownNode {
  readonly view: ObservedNode;
  readonly wish?: NodeWish;
}

/** A daemon with the wish of an operator, as the ledger knows it. */
export interface WishedDaemon {
  readonly id: string;
  readonly wish?: ManagedWish;
  readonly record?: DaemonReport & Pick<Daemon, 'grantedAtMs'>;
}

/** The daemons that there are, and what the ledger knows of daemons. */
interface KnownDaemons {
  readonly rows: readonly DaemonRow[];
  readonly known: readonly WishedDaemon[];
}

/** Returns the daemons with the wishes that operators made, and with their last states, and the window of the brake. */
const groupOf = ({ rows, known }: KnownDaemons): Group => {
  const byId = new Map(known.map((one) => [one.id, one]));
  const managed = (row: DaemonRow): Managed => {
    const { wish, record } = byId.get(row.id) ?? {};
    return newManaged(row, wish, record === undefined ? undefined : { state: record.state, seq: record.seq });
  };
  const grantedAtMs = rows.flatMap(({ id, critical }) => (critical ? [] : (byId.get(id)?.record?.grantedAtMs ?? [])));
  return { daemons: rows.map(managed), orders: [], grantedAtMs: grantedAtMs.toSorted((a, b) => a - b) };
};

/**
 * Returns the workflows that must run, with the input of a new start. The entity of a node is started by the sweep when the node is seen for the first
 * time, so only the entities of known nodes of the cluster file are here. The daemon DATA_PIPELINE keeps the pipelines going.
 */
export function standingWorkflows(
  { nodes }: ClusterConfig,
  known: readonly KnownNode[],
  daemons: KnownDaemons = { rows: daemonRows, known: [] },
): readonly StandingWorkflow[] {
  const manager: DaemonManagerInput = { v: 1, group: groupOf(daemons) };
  const dispatcher: DispatcherInput = { v: 2, open: [], reconciledAtMs: 0 };
  return [
    {
      type: 'daemonManager',
      workflowId: workflowIds.daemonManager,
      summary: 'starts the daemons, and sends each the state of the others',
      input: manager,
    },
    { type: 'dispatcher', workflowId: workflowIds.dispatcher, summary: 'matches items to free slots', input: dispatcher },
    ...nodes.flatMap(({ id, worker }): StandingWorkflow[] => {
      const seen = known.find(({ view }) => view.node === id);
      if (seen === undefined) return [];
      const input: NodeInput = { v: 1, node: id, resident: worker === 'resident', view: seen.view, ...given({ wish: seen.wish }) };
      return [{ type: 'node', workflowId: workflowIds.node(id), summary: `node ${id}`, input }];
    }),
  ];
}
