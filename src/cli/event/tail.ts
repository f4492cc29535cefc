import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage } from '../../domain/event/event.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';
import { tailEveryMs, tailPageMax, tailRoundsPerCheck } from '../limits.ts';
import { showNext, type Format } from '../render/output.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import { eventLines } from './event-lines.ts';

export interface EventTailOptions {
  readonly output: Format;
  readonly type?: string | undefined;
  readonly about?: string | undefined;
  readonly limit: number;
  readonly times?: number | undefined;
}

/** Shows each event once. When control does not respond for a moment, stderr says so once, and the tail goes on behind the last event that it showed. */
export async function eventTail(
  context: Context,
  { output, type, about, limit, times = Number.POSITIVE_INFINITY }: EventTailOptions,
): Promise<ExitCode> {
  const found = findCluster(context);
  const first = await ask(found, 'events', { query: { type, about, limit } });
  let after = first.events.reduce((last, { position }) => Math.max(last, position), await newestPosition());
  print(first);
  let said: string | undefined;
  for (let round = 1; round < times; round += 1) {
    await sleep(tailEveryMs);
    try {
      const page = await ask(found, 'events', { query: { type, about, after: String(after), limit: tailPageMax } });
      print(page);
      after = page.events.at(-1)?.position ?? after;
      // A log that was replaced begins again.
      if (page.events.length === 0 && round % tailRoundsPerCheck === 0) after = Math.min(after, await newestPosition());
      said = undefined;
    } catch (error) {
      const sentence = sentenceOf(asVerbFailure(error));
      if (sentence !== said) context.say(sentence);
      said = sentence;
    }
  }
  return exitCode(said === undefined ? 'ok' : 'degraded');

  async function newestPosition(): Promise<number> {
    return (await ask(found, 'eventStats')).log.newestPosition;
  }
  function print({ events }: EventPage): void {
    for (const event of events) showNext(context, output, event, (wide) => eventLines([event], wide, context.colour).slice(1));
  }
}
