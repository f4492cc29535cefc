import type { Client } from '@temporalio/client';
import { given } from '../../base/given.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { ledgerChecks } from '../../storage/read/ledger-checks.ts';
import { openReadModel } from '../../storage/read/read-ledgers.ts';
import { readLog } from '../job/read-log.ts';
import { describeWorkflow } from '../temporal/describe-workflow.ts';
import type { ClusterReads } from './cluster-reads.ts';
import { readProcesses } from './read-processes.ts';

/**
 * Returns the reads of a running cluster. They read the ledgers, the launcher's record of processes, Temporal, and (through the gateway) the nodes.
 */
export function openClusterReads(running: RunningCluster, client: Client): ClusterReads & { readonly close: () => void } {
  const { config, temporalAddress, temporalUi, temporalEmbedded, temporalBecause, temporalPassedOver } = running;
  const model = openReadModel(config.state);
  return {
    ...model,
    status: () => ({
      ...model.status(),
      cluster: config.cluster,
      processes: readProcesses(config.state),
      temporalAddress,
      temporalServer: temporalEmbedded ? 'own' : 'external',
      ...given({ temporalUi, temporalBecause, temporalPassedOver }),
    }),
    logs: (job, stream) => readLog(client, model.item(job.item), job, stream),
    workflow: (workflowId) => describeWorkflow(client, workflowId),
    ledgers: ledgerChecks(config.state),
    isReady: () => {
      const waiting = readProcesses(config.state).filter((process) => process.state !== 'running');
      return { ready: waiting.length === 0, reasons: waiting.map((process) => `${process.name} is ${process.state}`) };
    },
  };
}
