import type { EventView } from '../../domain/event/event.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { printable } from '../render/colour.ts';
import { show, type Format } from '../render/output.ts';
import { localTime } from './local-time.ts';

export async function eventShow(context: Context, id: string, { output }: { readonly output: Format }): Promise<ExitCode> {
  const event = await ask(findCluster(context), 'event', { params: { event: id } });
  show(context, output, event, () => eventDetails(event).map(printable));
  context.say(`Next: ringmaster event trace ${event.id}`);
  return exitCode('ok');
}

/** Returns the lines about one event, with its payload. */
export function eventDetails({ id, type, version, position, atMs, actor, cause, about, payload, text }: EventView): readonly string[] {
  return [
    text,
    '',
    `id        ${id}`,
    `type      ${type}, version ${version}`,
    `at        ${localTime(atMs)}`,
    `by        ${actor}`,
    `cause     ${cause ?? 'none'}`,
    `about     ${about.join(', ') || 'nothing'}`,
    `position  ${position}`,
    '',
    ...Object.entries(payload).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`),
  ];
}
