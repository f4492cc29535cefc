/**
 * Decides what a turn does when it cannot read its payload, before its first stage. The first row that fits holds.
 *
 * | the payload                                    | then                                                                          |
 * |------------------------------------------------|-------------------------------------------------------------------------------|
 * | is missing, or changes while it is read        | the turn waits, says for what, and looks again after a longer and longer rest  |
 * | is still missing after `payloadWaitMsMax`      | the turn fails, as with any other failure                                     |
 * | cannot be read for any other reason            | the turn fails                                                                |
 *
 * The daemons of the stages, the nodes and the quality of the games hold a turn by rules of their own: `await-daemons.ts` of the daemons, `no-node.ts` of the
 * items, and `quality: hold` of the pipeline, which pauses it.
 */
import type { FailureRecord } from '../failure/record.ts';
import { payloadCheckMsMax, payloadCheckMsMin, payloadCheckShare, payloadWaitMsMax } from '../limits.ts';

export type PayloadWait = { readonly type: 'wait'; readonly restMs: number; readonly detail: string } | { readonly type: 'fail' };

export function decidePayloadWait({ code, message }: Pick<FailureRecord, 'code' | 'message'>, waitedMs: number): PayloadWait {
  if (code !== 'sync.source-missing' || waitedMs >= payloadWaitMsMax) return { type: 'fail' };
  const restMs = Math.min(payloadCheckMsMax, Math.max(payloadCheckMsMin, Math.round(waitedMs * payloadCheckShare)));
  return { type: 'wait', restMs, detail: `waits for its payload: ${message}` };
}
