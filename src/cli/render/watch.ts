import { setTimeout as sleep } from 'node:timers/promises';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { asVerbFailure } from '../exit/verb-failure.ts';
import { type Format, showNext } from './output.ts';

export interface WatchOptions {
  readonly output: Format;
  /** The time between two looks, in seconds. */
  readonly interval: number;
  readonly times?: number | undefined;
}

/** What one look shows. */
interface Look {
  readonly value: unknown;
  readonly lines: (wide: boolean) => readonly string[];
  readonly exit: ExitCode;
}

/** Shows something repeatedly until Ctrl-C. When control does not respond for a moment, stderr says so and the watch continues. */
export async function watchAgain(
  context: Context,
  { output, interval, times = Number.POSITIVE_INFINITY }: WatchOptions,
  look: () => Promise<Look>,
): Promise<ExitCode> {
  const redraw = context.tty && (output === 'table' || output === 'wide');
  for (let round = 1; ; round += 1) {
    let last: ExitCode;
    try {
      const { value, lines, exit } = await look();
      if (redraw) process.stdout.write('\u001B[H\u001B[2J');
      showNext(context, output, value, lines);
      last = exit;
    } catch (error) {
      const failure = asVerbFailure(error);
      context.say(sentenceOf(failure));
      last = exitCode(failure.exit);
    }
    if (round >= times) return last;
    await sleep(interval * 1000);
  }
}
