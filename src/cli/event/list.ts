import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { eventLines, pageNotes } from './event-lines.ts';

export interface EventListOptions {
  readonly output: Format;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly type?: string | undefined;
  readonly about?: string | undefined;
  readonly limit: number;
}

export async function eventList(context: Context, { output, ...filter }: EventListOptions): Promise<ExitCode> {
  const page = await ask(findCluster(context), 'events', { query: filter });
  show(context, output, page, (wide) => (page.events.length === 0 ? [] : eventLines(page.events, wide, context.colour)));
  for (const note of pageNotes(page, context.nowMs())) context.say(note);
  return exitCode('ok');
}
