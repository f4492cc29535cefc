import type { GatewayActivities } from '../../src/contract/activity/by-queue.ts';
import { championDataset, payloadDataset } from '../../src/domain/dataset/names.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { asUnstarted } from '../../src/domain/failure/proves-not-started.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import type { Machines } from '../machines.ts';
import { type Sender, sendNotification } from './alert/send-notification.ts';
import { fetchOutputs } from './fetch-outputs.ts';
import type { Home } from './home.ts';
import { launchJob } from './launch-job.ts';
import { shipJob } from './ship-job.ts';
import { shutNodeDown } from './shut-node-down.ts';
import { snapshotPayload } from './snapshot-payload.ts';
import { stageChampion } from './stage-champion.ts';
import { transferDataset } from './transfer-dataset.ts';

export interface GatewayDependencies {
  readonly machines: Machines;
  readonly home: Home;
  /** Returns the command that shuts a node down. Returns undefined when the cluster file has none. */
  readonly idleCommandOf: (node: NodeId) => readonly string[] | undefined;
  /** The channels of alerts. */
  readonly sender: Sender;
  /** Starts the resident worker on a node unless it runs, and returns its pid. */
  readonly ensureWorker: (node: NodeId) => Promise<{ readonly pid: number; readonly started: boolean }>;
}

/** Returns the activities on the queue `gateway`. They need both the files at home and a node. */
export const createGatewayActivities = ({ machines, home, ensureWorker, idleCommandOf, sender }: GatewayDependencies): GatewayActivities => ({
  shipJob: ({ node, spec }) =>
    withHeartbeat((signal) => shipJob(spec, machines.get(node), home, signal)).catch((error: unknown) => {
      throw asUnstarted(error);
    }),
  launchJob: (input) => withHeartbeat((signal) => launchJob(input, machines.get(input.node), home, signal)),
  fetchOutputs: (input) => withHeartbeat((signal) => fetchOutputs(input, machines.get(input.node), home, signal)),
  transfer: (request) => withHeartbeat((signal) => transferDataset(request, machines, home, signal)),
  payloadTree: ({ pipeline }) =>
    withHeartbeat(async (signal) => ({
      dataset: payloadDataset(pipeline),
      digest: (await snapshotPayload(home.payloadSource(pipeline), home, signal)).digest,
    })),
  stageChampion: ({ pipeline, model }) =>
    withHeartbeat(async () => {
      await stageChampion(pipeline, model, home);
      return { dataset: championDataset(pipeline) };
    }),
  ensureNodeWorker: ({ node }) => withHeartbeat(() => ensureWorker(node)),
  shutNodeDown: ({ node }) => withHeartbeat((signal) => shutNodeDown(machines.get(node), idleCommandOf(node), signal)),
  sendNotification: ({ notification }) => sendNotification(notification, sender),
});
