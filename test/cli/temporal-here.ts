import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { findTemporalCli } from '../../workers/temporal-server/find-server.ts';
import { freePort } from '../support/free-ports.ts';

/** A Temporal dev server without workers. Tests inspect the workflows that arrive at the server, and reply in place of a worker. */
export interface TemporalHere {
  readonly port: number;
  readonly client: Client;
  readonly stop: () => Promise<void>;
}

/** Starts a dev server on free ports. Another process may take a port before the server does, and the function then tries again with other ports. */
export async function startTemporal(triesLeft = 3): Promise<TemporalHere> {
  const found = findTemporalCli();
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-cli-temporal-'));
  const [port, httpPort] = [await freePort(), await freePort()];
  const child = spawn(
    found.executable,
    ['server', 'start-dev', '--headless', '--port', String(port), '--http-port', String(httpPort), '--log-level', 'error'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  let alive = true;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve())).then(() => (alive = false));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const connection = await connectSoon(port, () => alive);
  if (connection === undefined) {
    await stop();
    if (triesLeft > 1) return startTemporal(triesLeft - 1);
    throw new Error(`the dev server did not start: ${output.slice(-2_000)}`);
  }
  return { port, client: new Client({ connection }), stop: () => connection.close().then(stop) };
}

async function connectSoon(port: number, alive: () => boolean): Promise<Connection | undefined> {
  for (const untilMs = Date.now() + 15_000; alive() && Date.now() < untilMs; await sleep(100)) {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2_000 }).catch(() => undefined);
    if (connection === undefined) continue;
    // The port may accept connections before the namespace exists.
    const ready = await connection.workflowService.describeNamespace({ namespace: 'default' }).then(
      () => true,
      () => false,
    );
    if (ready) return connection;
    await connection.close();
  }
  return undefined;
}

/**
 * Acts as the worker of one workflow: takes the workflow's first task and completes the workflow with `result` or fails it. Returns the type and
 * input of the workflow.
 */
export async function answerOnce(
  client: Client,
  reply: { readonly result: unknown } | { readonly failure: { readonly message: string; readonly type: string; readonly details: unknown } },
): Promise<{ readonly type: string; readonly input: unknown }> {
  const service = client.workflowService;
  const task = await client.withDeadline(Date.now() + 20_000, () =>
    service.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: { name: 'ringmaster' }, identity: 'test' }),
  );
  const started = task.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const payload = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });
  await service.respondWorkflowTaskCompleted({
    namespace: 'default',
    taskToken: task.taskToken,
    identity: 'test',
    commands: [
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- CommandType is in a package that we may not import: 4 completes, 5 fails
      'result' in reply
        ? { commandType: 4, completeWorkflowExecutionCommandAttributes: { result: payload(reply.result) } }
        : {
            commandType: 5,
            failWorkflowExecutionCommandAttributes: {
              failure: {
                message: reply.failure.message,
                source: 'TypeScriptSDK',
                applicationFailureInfo: { type: reply.failure.type, nonRetryable: true, details: payload(reply.failure.details) },
              },
            },
          },
    ],
  });
  const input = started?.input?.payloads?.[0];
  return {
    type: started?.workflowType?.name ?? '',
    input: input === undefined || input === null ? undefined : defaultPayloadConverter.fromPayload(input),
  };
}
