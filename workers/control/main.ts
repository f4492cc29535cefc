/** Control runs all workflows and the HTTP server. Control has no state of its own. */
import { Worker } from '@temporalio/worker';
import { join } from 'node:path';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { startBeating } from '../../src/process/beat-file.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { requireArguments } from '../arguments.ts';
import { connectWorker, openClient } from '../connect-worker.ts';
import { runWorkers } from '../run-workers.ts';
import { installRuntime, workflowWorkerOptions } from '../worker-options.ts';
import { serveHttp } from './serve-http.ts';
import { startEntityWorkflows } from './start-entity-workflows.ts';

keepRunningWithoutLogs();
const { state } = requireArguments(['state']);
startBeating(state, 'control');
installRuntime();
const running = requireRunningCluster(state);
const { namespace } = running.config.temporal;
const connection = await connectWorker(running);
const worker = await Worker.create(workflowWorkerOptions({ connection, namespace }, join(import.meta.dirname, '../../workflow-bundle.js')));
const client = openClient(running, namespace);
const http = await serveHttp(running, client);
await startEntityWorkflows(client);
await runWorkers({
  workers: [worker],
  ready: { state, name: 'control' },
  closers: [() => connection.close(), () => client.connection.close(), () => http.close()],
});
