import type { DeadLetter } from '../../domain/event/subscriber-view.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';
import { ago } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { printable } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { eventDetails } from './show.ts';

export interface DeadListOptions {
  readonly output: Format;
  readonly subscriber?: string | undefined;
  readonly limit: number;
}

export async function deadList(context: Context, { output, ...query }: DeadListOptions): Promise<ExitCode> {
  const letters = await ask(findCluster(context), 'deadLetters', { query });
  show(context, output, letters, () => (letters.length === 0 ? [] : letterLines(letters, context)));
  context.say(letters.length === 0 ? 'no event is dead' : 'Next: ringmaster event dead show ID');
  return exitCode('ok');
}

const letterLines = (letters: readonly DeadLetter[], { colour, nowMs }: Context): readonly string[] =>
  table(
    [
      { head: 'EVENT' },
      { head: 'SUBSCRIBER' },
      { head: 'TYPE' },
      { head: 'TRIES', align: 'right' },
      { head: 'DEAD FOR' },
      { head: 'WHY', fits: true },
    ],
    letters.map(({ subscriber, event, tries, sinceMs, failure }) => [
      event.id,
      subscriber,
      event.type,
      String(tries),
      ago(nowMs() - sinceMs),
      failure?.message ?? '',
    ]),
    colour,
  );

export async function deadShow(context: Context, id: string, { output }: { readonly output: Format }): Promise<ExitCode> {
  const letters = await ask(findCluster(context), 'deadLetter', { params: { event: id } });
  show(context, output, letters, () => letters.flatMap((letter) => deadLines(letter, context.nowMs())).map(printable));
  const [first] = letters;
  if (first !== undefined) context.say(`Next: ringmaster event dead redrive ${first.subscriber} ${first.event.id}`);
  return exitCode('ok');
}

const deadLines = ({ subscriber, event, tries, sinceMs, failure }: DeadLetter, nowMs: number): readonly string[] => [
  `dead for ${subscriber} for ${ago(nowMs - sinceMs)}, after ${tries} ${tries === 1 ? 'try' : 'tries'}`,
  ...(failure === undefined ? [] : [sentenceOf(failure)]),
  '',
  ...eventDetails(event),
];
