import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import type { LogPart } from '../../domain/job/log-part.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';
import { followEveryMs } from '../limits.ts';
import { printable } from './show-log.ts';

export interface LogOptions {
  readonly stream: 'stdout' | 'stderr';
  readonly follow?: true | undefined;
}

/** The place in a log up to which a reader has read: a position in the log of a try or process. */
export interface LogPlace {
  readonly start: number;
  readonly after: number;
}

/**
 * Prints a log as it grows, until the job has closed or Ctrl-C. When the log cannot be read for a moment, stderr says so once, and the reading goes on at
 * the same place. The log of a process is read to its end before the log of the next process begins.
 */
export async function followLog(context: Context, id: string, read: (place: LogPlace | undefined) => Promise<LogPart>): Promise<ExitCode> {
  let place: LogPlace | undefined;
  let said: string | undefined;
  for (;;) {
    try {
      const { start, newest, text, end, missed, isOver } = await read(place);
      said = undefined;
      if (missed > 0) context.say(`(${missed} bytes of ${id} are not shown: ${place === undefined ? 'the log is long' : 'it writes faster'})`);
      process.stdout.write(printable(context, text));
      place = { start, after: end };
      if (isOver) return exitCode('ok');
      if (newest > start) {
        context.say(`(${id} was started again: process ${newest})`);
        place = { start: newest, after: 0 };
        continue;
      }
    } catch (error) {
      if (place === undefined) throw error;
      const sentence = sentenceOf(asVerbFailure(error));
      if (sentence !== said) context.say(sentence);
      said = sentence;
    }
    await sleep(followEveryMs);
  }
}
