/** Control runs all workflows and the HTTP server. Control has no state of its own. */
import { Worker } from '@temporalio/worker';
import { join } from 'node:path';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { controlWaitsFor } from '../../src/domain/cluster/start-order.ts';
import { startBeating } from '../../src/process/beat-file.ts';
import { keepProcessMetrics, readProcessMetrics } from '../../src/telemetry/process-metrics.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { openClusterReads } from '../../src/service/cluster/open-cluster-reads.ts';
import { keyRingOf, readKey } from '../../src/service/temporal/read-key.ts';
import { daemonRows, rowsOf } from '../../src/duty/catalogue.ts';
import { requireArguments } from '../arguments.ts';
import { connectWorker, openClient } from '../connect-worker.ts';
import { lookAtLauncher } from '../launcher/look-at-launcher.ts';
import { runWorkers } from '../run-workers.ts';
import { installRuntime, workflowWorkerOptions } from '../worker-options.ts';
import { awaitProcesses } from './await-processes.ts';
import { ClockWatch } from './clock-watch.ts';
import { configurePipelines, stopLeftPipelines } from './configure-pipelines.ts';
import { endRetired } from './end-retired.ts';
import { firstLooks } from './first-looks.ts';
import { DaemonWatch } from './watch-daemons.ts';
import { WorkflowKeeper } from './keep-workflows.ts';
import { askLogDoor, askLogPart } from './ask-log-door.ts';
import { serveHttp } from './serve-http.ts';
import { standingWorkflows } from './standing-workflows.ts';
import { logOf, openLogs } from '../../src/telemetry/log.ts';

keepRunningWithoutLogs();
const { state } = requireArguments(['state']);
openLogs(state, 'control');
const log = logOf('control');
const say = (text: string): void => log.warn(text);
startBeating(state, 'control');
const ownMetrics = keepProcessMetrics('control');
installRuntime();
const running = requireRunningCluster(state);
const { namespace } = running.config.temporal;
const connection = await connectWorker(running);
const worker = await Worker.create(
  workflowWorkerOptions({ connection, namespace }, join(import.meta.dirname, '../../workflow-bundle.js'), readKey(running)),
);
const client = openClient(running, namespace, keyRingOf(running));
const clock = new ClockWatch(say);
const reads = openClusterReads({
  running,
  client,
  look: () => lookAtLauncher(state),
  keeper: () => keeper.look(),
  clock: () => clock.look(),
  door: (request) => askLogDoor(state, request),
  partDoor: (request) => askLogPart(state, request),
  metrics: async () => [await ownMetrics(), ...readProcessMetrics(state)],
});
const rows = () => rowsOf(running.config, reads.knownProcesses());
const keeper = new WorkflowKeeper({
  client,
  standing: () => standingWorkflows(running.config, reads.knownNodes(), { rows: rows(), known: reads.knownDaemons() }),
  say,
});
const daemons = new DaemonWatch({ client, rows, keep: keeper.run, wishes: reads.knownDaemons, say });
const http = await serveHttp(running, reads);
await awaitProcesses({ state, processes: controlWaitsFor, say });
await endRetired(client);
await keeper.run();
await configurePipelines(client, running.config);
await stopLeftPipelines(client, running.config, reads.knownPipelines());
await daemons.start();
await runWorkers({
  workers: [worker],
  ready: {
    state,
    name: 'control',
    after: firstLooks({ rows: daemonRows, daemons: reads.knownDaemons, newestLookMs: reads.newestLookMs, say }),
  },
  closers: [
    () => daemons.close(),
    () => keeper.close(),
    () => clock.close(),
    () => connection.close(),
    () => client.connection.close(),
    () => http.close(),
  ],
});
