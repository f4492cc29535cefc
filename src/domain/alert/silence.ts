/**
 * Silences of operators. A silence covers one alert, or all alerts of a rule, until its end. An alert under a silence is decided as ever, and its events are
 * recorded. It stays out of the status and out of the notifications.
 */
import { nearestName } from '../../base/nearest-name.ts';
import { silenceMsMax, silenceTargetCharsMax, wishTextCharsMax } from '../limits.ts';
import type { Alert, AlertSilence } from './alert.ts';
import { isRule, ruleNames } from './rules.ts';

export const silenceVerbs = ['silence', 'unsilence'] as const;
export type SilenceVerb = (typeof silenceVerbs)[number];

/** The input of the workflow `silenceAlerts`, which docs/temporal-cli.md documents. */
export interface SilenceRequest {
  readonly verb: SilenceVerb;
  /** The ids of alerts, and the names of rules. */
  readonly targets: readonly string[];
  /** The operator as `user@host`. */
  readonly by: string;
  readonly reason: string;
  /** `silence`: how long. */
  readonly forSeconds?: number;
}

export interface SilenceReply {
  readonly verb: SilenceVerb;
  /** The silences that were made, or that ended. */
  readonly silences: readonly AlertSilence[];
  /** The targets of `unsilence` that had no silence. */
  readonly unknown: readonly string[];
}

/** Returns a sentence for each fault of a request. A request can come from a person who types JSON. */
export function silenceFaults(request: Partial<Record<keyof SilenceRequest, unknown>>): readonly string[] {
  const { verb, targets, by, reason, forSeconds } = request;
  const names = Array.isArray(targets) && targets.every((one) => typeof one === 'string') ? (targets as readonly string[]) : undefined;
  const isTime = typeof forSeconds === 'number' && forSeconds > 0 && forSeconds * 1_000 <= silenceMsMax;
  return [
    ...((silenceVerbs as readonly unknown[]).includes(verb) ? [] : [`verb must be one of ${silenceVerbs.join(', ')}`]),
    ...(names === undefined || names.length === 0 ? ['targets must be a list of alerts or rules'] : names.flatMap(targetFaults)),
    ...(typeof by === 'string' && by !== '' ? [] : ['by must name the operator']),
    ...(typeof reason === 'string' && reason.length <= wishTextCharsMax ? [] : [`reason must be a text of at most ${wishTextCharsMax} characters`]),
    ...(verb === 'silence' && !isTime ? [`forSeconds must be a number of seconds, at most ${silenceMsMax / 1_000}`] : []),
  ];
}

function targetFaults(target: string): readonly string[] {
  const [rule = ''] = target.split('/');
  if (target.length > silenceTargetCharsMax) return [`a target has at most ${silenceTargetCharsMax} characters`];
  if (isRule(rule)) return [];
  const near = nearestName(rule, ruleNames);
  return [`there is no rule ${rule}${near === undefined ? '' : ` (is it ${near}?)`}`];
}

/** Returns the silence that covers the alert. */
export const silenceOf = ({ id, rule }: Pick<Alert, 'id' | 'rule'>, silences: readonly AlertSilence[], nowMs: number): AlertSilence | undefined =>
  silences.find(({ target, untilMs }) => (target === id || target === rule) && untilMs > nowMs);
