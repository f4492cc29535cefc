import type { EventTrace, EventView } from '../../domain/event/event.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { printable, type Colour } from '../render/colour.ts';
import { show, type Format } from '../render/output.ts';
import { localTime } from './local-time.ts';

export async function eventTrace(context: Context, id: string, { output }: { readonly output: Format }): Promise<ExitCode> {
  const trace = await ask(findCluster(context), 'eventTrace', { params: { event: id } });
  show(context, output, trace, () => traceLines(trace, context.colour));
  if (trace.missing !== undefined) context.say(`the first cause, ${trace.missing}, is not in the log: it was removed, or is on its way`);
  if (trace.hasMore) context.say('further effects are left out: trace one of the effects');
  return exitCode('ok');
}

/** Returns one line for each event. An event that is one of several effects is indented below its cause, and an only effect follows its cause. */
export function traceLines({ causes, event, effects }: EventTrace, colour: Colour): readonly string[] {
  const all = [...causes, event, ...effects];
  const siblings = (one: EventView): number => all.filter(({ cause }) => cause !== undefined && cause === one.cause).length;
  const depths = new Map<string, number>();
  return all.map((one) => {
    const depth = (depths.get(one.cause ?? '') ?? 0) + (siblings(one) > 1 ? 1 : 0);
    depths.set(one.id, depth);
    const line = printable(`${localTime(one.atMs)}  ${'  '.repeat(depth)}${one === event ? '>' : ' '} ${one.type}  ${one.text}`);
    return one === event ? colour(line, 'bold') : line;
  });
}
