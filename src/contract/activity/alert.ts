import type { AlertChange } from '../../domain/alert/alert.ts';
import type { ChannelRule } from '../../domain/alert/channel.ts';
import type { Notification, NotificationRef } from '../../domain/alert/notification.ts';
import type { SilenceReply, SilenceRequest } from '../../domain/alert/silence.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';

export interface AlertLedgerActivities {
  /** Records changes of alerts, each with its event, and the notifications that follow. A repeat changes nothing. */
  recordAlerts: (p: { readonly changes: readonly AlertChange[]; readonly channels?: readonly ChannelRule[] }) => Promise<void>;
  /** Returns the oldest notification of a channel that is not sent yet. */
  nextNotification: (p: { readonly channel: string }) => Promise<{ readonly notification?: Notification }>;
  /** Records a test of a channel. `key` names the test. */
  testNotification: (p: { readonly channel: string; readonly by: string; readonly key: string }) => Promise<{ readonly notification: Notification }>;
  /** Records that a notification was sent, or why it failed for good. */
  noteNotification: (p: NotificationRef & { readonly failure?: FailureRecord }) => Promise<void>;
  /** Silences alerts, or ends silences. */
  silenceAlerts: (p: SilenceRequest) => Promise<SilenceReply>;
}

export interface AlertGatewayActivities {
  /** Sends a notification on its channel. It alone reads the secret of the channel. A repeat sends the message again, with the same id. */
  sendNotification: (p: { readonly notification: Notification }) => Promise<void>;
}
