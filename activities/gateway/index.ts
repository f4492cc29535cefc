import type { GatewayActivities } from '../../src/contract/activity/by-queue.ts';
import { championDataset, payloadDataset, replicaName } from '../../src/domain/dataset/names.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { asUnstarted } from '../../src/domain/failure/proves-not-started.ts';
import { KeyedMutex } from '../../src/transport/copy/keyed-mutex.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import type { Machines } from '../machines.ts';
import type { Home } from './home.ts';
import { launchJob } from './launch-job.ts';
import { shipJob } from './ship-job.ts';
import { snapshotPayload } from './snapshot-payload.ts';
import { stageChampion } from './stage-champion.ts';

export interface GatewayDependencies {
  readonly machines: Machines;
  readonly home: Home;
  /** Starts the resident worker on a node unless it runs, and returns its pid. */
  readonly ensureWorker: (node: NodeId) => Promise<{ readonly pid: number; readonly started: boolean }>;
}

export function createGatewayActivities({ machines, home, ensureWorker }: GatewayDependencies): GatewayActivities {
  // Jobs on several nodes may produce the same bytes, which have the same path at home. Only one pull at a time writes to a path.
  const placesAtHome = new KeyedMutex();
  return {
    shipJob: ({ node, spec }) =>
      withHeartbeat((signal) => shipJob(spec, machines.get(node), home, signal)).catch((error: unknown) => {
        throw asUnstarted(error);
      }),
    launchJob: (input) => withHeartbeat((signal) => launchJob(input, machines.get(input.node), home, signal)),
    fetchOutputs: ({ node, job, spec, manifest }) =>
      withHeartbeat(async (signal) => {
        for (const { path } of spec.outputs.filter((rule) => rule.to === 'home')) {
          const file = manifest.files.find((one) => one.path === path);
          if (file === undefined) continue;
          const to = home.blob(file.sha256);
          await placesAtHome.runExclusive(to, () => machines.get(node).copy({ type: 'pull-output', job, path, sha256: file.sha256, to, signal }));
        }
      }),
    transfer: ({ dataset, source, target }) =>
      withHeartbeat(async (signal) => {
        const startedAtMs = Date.now();
        if (source === 'home') {
          const sent = await machines.get(target as NodeId).copy({ type: 'push-tree', dataset, from: home.source(dataset), signal });
          return { ...sent, durationMs: Date.now() - startedAtMs };
        }
        const replica = home.replica(replicaName(dataset, source));
        const got = await machines.get(source as NodeId).copy({ type: 'pull-tree', dataset, to: replica, signal });
        return { ...got, durationMs: Date.now() - startedAtMs, replica };
      }),
    payloadTree: ({ pipeline, folder }) =>
      withHeartbeat(async (signal) => {
        const { digest } = await snapshotPayload(folder, home, signal);
        return { dataset: payloadDataset(pipeline), digest };
      }),
    stageChampion: ({ pipeline, model }) =>
      withHeartbeat(async () => {
        await stageChampion(pipeline, model, home);
        return { dataset: championDataset(pipeline) };
      }),
    readLog: async ({ node, job, stream, bytesMax }) => {
      const name = stream === 'stdout' ? 'out' : 'err';
      return (await machines.get(node).read(`${jobFolder(job)}/${name}`, { offset: -bytesMax, bytesMax })).toString('utf8');
    },
    ensureNodeWorker: ({ node }) => withHeartbeat(() => ensureWorker(node)),
  };
}
