import type { Client } from '@temporalio/client';
import { gatewayQueue } from '../../src/contract/queue.ts';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { isClosedState } from '../../src/domain/item/work-item.ts';
import type { HttpReads } from '../../src/http/reads.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { describeWorkflow } from '../../src/service/temporal/describe-workflow.ts';
import { ledgerChecks } from '../../src/storage/ledger/ledger-checks.ts';
import { openReadModel } from '../../src/storage/ledger/read-ledgers.ts';
import type { ReadModel } from '../../src/storage/ledger/ledger-views.ts';
import { jobKey } from '../../src/domain/ids.ts';
import { readLauncherState } from '../launcher/state/launcher-state.ts';

/** The HTTP door on the read model: the ledgers' files opened read-only, and the launcher's record of processes. */
export async function serveHttp(running: RunningCluster, client: Client): Promise<{ readonly close: () => Promise<void> }> {
  const { config } = running;
  const model = openReadModel(config.state);
  const server = createHttpServer({ reads: readsOf(running, model, client) });
  await server.listen({ host: config.http.host, port: config.http.port });
  return {
    close: async () => {
      await server.close();
      model.close();
    },
  };
}

const logBytesMax = 256 * 1024;

function readsOf(running: RunningCluster, model: ReadModel, client: Client): HttpReads {
  const { config } = running;
  const status = (): ClusterStatus => ({
    ...model.status(),
    cluster: config.cluster,
    processes: readLauncherState(config.state),
    temporalAddress: running.temporalAddress,
    ...(running.temporalUi === undefined ? {} : { temporalUi: running.temporalUi }),
  });
  return {
    status,
    item: (id) => model.item(id),
    items: (filter) => model.queue(filter),
    jobs: (filter) => model.jobs(filter),
    logs: ({ item, epoch }, stream) => readLog(client, model, { item, epoch }, stream),
    workflow: (workflowId) => describeWorkflow(client, workflowId),
    ledgers: ledgerChecks(config.state),
    isReady: () => {
      const waiting = readLauncherState(config.state).filter((process) => process.state !== 'running');
      return { ready: waiting.length === 0, reasons: waiting.map((process) => `${process.name} is ${process.state}`) };
    },
  };
}

/** From the node, by a standalone activity of the gateway: only the gateway speaks SSH. */
async function readLog(
  client: Client,
  model: ReadModel,
  job: { readonly item: string; readonly epoch: number },
  stream: 'stdout' | 'stderr',
): Promise<string | undefined> {
  const facts = model.item(job.item);
  const node =
    facts?.jobs.find((one) => one.epoch === job.epoch)?.node ??
    (facts !== undefined && !isClosedState(facts.item.state) ? facts.item.node : undefined);
  if (node === undefined) return undefined;
  return client.activity.execute<string>('readLog', {
    id: `read-log/${jobKey(job)}/${stream}/${Date.now()}`,
    taskQueue: gatewayQueue,
    args: [{ node, job, stream, bytesMax: logBytesMax }],
    scheduleToCloseTimeout: '15s',
  });
}
