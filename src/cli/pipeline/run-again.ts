import { setTimeout as sleep } from 'node:timers/promises';
import type { BegunView } from '../../domain/pipeline/view.ts';
import { sayRunAgain } from '../../service/pipeline/say-begun.ts';
import type { Found } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { turnBeginCheckMs, turnBeginMsMax } from '../limits.ts';

/** Returns the sentence about the payload of the turn, once the turn has begun again. Waits a limited time for that. */
export async function payloadOfNextRun(found: Found, before: BegunView, name: string): Promise<string> {
  const endAtMs = Date.now() + turnBeginMsMax;
  while (Date.now() < endAtMs) {
    const view = await ask(found, 'pipeline', { params: { name } }).catch(() => undefined);
    if (view?.begun !== undefined && view.begun.turn === before.turn && view.begun.runs > before.runs) return sayRunAgain(name, before, view.begun);
    await sleep(turnBeginCheckMs);
  }
  return `Turn ${before.turn} has not begun yet. It takes the payload as its folder is then: ringmaster pipeline show ${name}`;
}
