import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import { workflowIds } from '../../contract/workflows.ts';
import type { NotifyInput } from '../../domain/alert/notification.ts';
import { channelTestMsMax } from '../../domain/limits.ts';
import { shortWorkflowMsMax } from '../limits.ts';
import { awaitResult } from '../temporal/await-result.ts';

/** Sends a test message on a channel, in the way of every message. Fails as the delivery fails. */
export async function testChannel(client: Client, channel: string, by: string): Promise<void> {
  const input: NotifyInput = { channel, test: { by } };
  const workflowId = `${workflowIds.notify(channel)}/test-${randomUUID()}`;
  await awaitResult(
    client,
    'notify',
    startOptions({ workflowId, summary: `Test of the channel ${channel}`, input }),
    channelTestMsMax + shortWorkflowMsMax,
  );
}
