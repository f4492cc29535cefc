/**
 * `notify/<channel>`: sends the notifications that wait for a channel, one after another, the oldest first. ALERT_MANAGER starts it. So a receiver that is
 * slow or away holds up its own channel only. A notification that is not delivered in its time is recorded as failed, and the next one has its turn.
 *
 * With `test`, it sends one test message (`ringmaster alert test`).
 */
import { continueAsNew, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import type { Notification, NotifyInput } from '../../src/domain/alert/notification.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { channelTestMsMax, notifyMsMax, sendMsMax } from '../../src/domain/limits.ts';
import { ledger, senderFor } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { notificationsPerRunMax } from '../isolate/limits.ts';
import { wakeSignal } from '../isolate/signals.ts';

export async function notify({ channel, test }: NotifyInput): Promise<{ readonly sent: number }> {
  if (test !== undefined) return sendTest(channel, test.by);
  let isWoken = false;
  setHandler(wakeSignal, () => void (isWoken = true));
  for (let sent = 0; sent < notificationsPerRunMax; sent += 1) {
    let notification: Notification | undefined;
    do {
      isWoken = false;
      ({ notification } = await ledger.nextNotification({ channel }));
    } while (notification === undefined && isWoken);
    if (notification === undefined) return { sent };
    const leftMs = notification.atMs + notifyMsMax - Date.now();
    // A notification that is too old is tried once more, in the time of one try.
    await send(notification, Math.max(sendMsMax, leftMs));
  }
  return continueAsNew<typeof notify>({ channel });
}

async function sendTest(channel: string, by: string): Promise<{ readonly sent: number }> {
  const { notification } = await ledger.testNotification({ channel, by, key: workflowInfo().firstExecutionRunId });
  const failure = await send(notification, channelTestMsMax);
  if (failure !== undefined) throw failWith(failure);
  return { sent: 1 };
}

/** Sends a notification and records the end. Returns why it failed. */
async function send(notification: Notification, withinMs: number): Promise<FailureRecord | undefined> {
  const { channel, group, seq } = notification;
  let failure: FailureRecord | undefined;
  try {
    await senderFor(withinMs).sendNotification({ notification });
  } catch (error) {
    if (isCancellation(error)) throw error;
    failure = failureOf(error);
  }
  await ledger.noteNotification({ channel, group, seq, ...given({ failure }) });
  return failure;
}
