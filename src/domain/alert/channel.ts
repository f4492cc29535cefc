/** The channels of the cluster file: the ways on which alerts reach people. `notify.ts` decides what is sent, and `message.ts` has the forms. */
import type { SecretRef } from '../item/secret.ts';
import type { AlertSeverity } from './alert.ts';

export const webhookForms = ['json', 'alertmanager', 'text'] as const;
export type WebhookForm = (typeof webhookForms)[number];

/** How a channel sends. `log` writes a record in the log of the gateway. */
export type ChannelWay =
  | { readonly type: 'webhook'; readonly url: string | SecretRef; readonly form: WebhookForm }
  | { readonly type: 'command'; readonly command: readonly string[] }
  | { readonly type: 'email'; readonly to: readonly string[]; readonly from?: string; readonly program: string }
  | { readonly type: 'log' };

/** What decides when a channel sends. */
export interface ChannelRule {
  readonly id: string;
  readonly severities: readonly AlertSeverity[];
  /** An alert that goes on firing is sent again after this time. Absent: never. */
  readonly repeatMs?: number;
  /** True when the channel also says that an alert is resolved. */
  readonly resolved: boolean;
}

export interface AlertChannel extends ChannelRule {
  readonly way: ChannelWay;
}

export const ruleOfChannel = ({ way: _way, ...rule }: AlertChannel): ChannelRule => rule;

/** Returns the secrets that channels name. Only the gateway reads their values, and items may not name them. */
export const channelSecrets = (channels: readonly AlertChannel[] = []): readonly SecretRef[] =>
  channels.flatMap(({ way }) => (way.type === 'webhook' && typeof way.url !== 'string' ? [way.url] : []));
