/** Control: all workflows, and the HTTP door. It holds no state of its own. */
import { Worker } from '@temporalio/worker';
import { join } from 'node:path';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { controlQueue } from '../../src/contract/queue.ts';
import { requireArguments } from '../arguments.ts';
import { runWorkers } from '../run-workers.ts';
import { connectWorker, openClient } from '../server-connection.ts';
import { installRuntime, shutdownGraceMs } from '../worker-options.ts';
import { startEntityWorkflows } from './start-entity-workflows.ts';
import { serveHttp } from './serve-http.ts';

const { state } = requireArguments(['state']);
installRuntime();
const running = requireRunningCluster(state);
const namespace = running.config.temporal.namespace;
const connection = await connectWorker(running);
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: controlQueue,
  workflowBundle: { codePath: join(import.meta.dirname, '../../workflow-bundle.js') },
  maxCachedWorkflows: 500,
  maxConcurrentWorkflowTaskExecutions: 40,
  // A dead control's sticky tasks are free for the next one after 1 s instead of 10 (measured: DESIGN §5).
  stickyQueueScheduleToStartTimeout: '1s',
  shutdownGraceTime: shutdownGraceMs,
  shutdownForceTime: shutdownGraceMs * 2,
});
const client = openClient(running, namespace);
const http = await serveHttp(running, client);
await startEntityWorkflows(client);
await runWorkers({
  workers: [worker],
  ready: { state, name: 'control' },
  closers: [() => connection.close(), () => client.connection.close(), () => http.close()],
});
