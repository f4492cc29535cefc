import type { AlertChange } from '../../domain/alert/alert.ts';
import type { SilenceReply, SilenceRequest } from '../../domain/alert/silence.ts';

export interface AlertLedgerActivities {
  /** Records changes of alerts, each with its event. A repeat changes nothing. */
  recordAlerts: (p: { readonly changes: readonly AlertChange[] }) => Promise<void>;
  /** Silences alerts, or ends silences. */
  silenceAlerts: (p: SilenceRequest) => Promise<SilenceReply>;
}
