import type { EventPage, EventView, WaitingEvents } from '../../domain/event/event.ts';
import { type Severity, severityOfEvent } from '../../domain/event/severity.ts';
import { ago, plural } from '../../service/say.ts';
import type { Colour, Style } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { localTime } from './local-time.ts';

const styles: Readonly<Record<Severity, Style>> = { error: 'bad', warn: 'warn', good: 'good', info: 'none' };

/** Returns a table of events, one a line. */
export function eventLines(events: readonly EventView[], wide: boolean, colour: Colour): string[] {
  return table(
    [{ head: 'AT' }, ...(wide ? [{ head: 'ID' }] : []), { head: 'TYPE' }, ...(wide ? [{ head: 'BY' }] : []), { head: 'WHAT', fits: true }],
    events.map((event) => [
      localTime(event.atMs),
      ...(wide ? [event.id] : []),
      { text: event.type, style: styles[severityOfEvent(event)] },
      ...(wide ? [event.actor] : []),
      event.text,
    ]),
    colour,
  );
}

/** Returns the lines below a list: what was left out, and what is not in the log yet. */
export const pageNotes = ({ hasMore, waiting, nearest, events }: EventPage, nowMs: number): readonly string[] => [
  ...(events.length === 0 ? [`no event fits${nearest === undefined ? '' : `; is it ${nearest}?`}`] : []),
  ...(hasMore ? ['older events fit too: a greater --limit, or --until, shows them'] : []),
  ...waitingNotes(waiting, nowMs),
];

/** Returns a line when events wait longer than a step of the pump takes. */
export const waitingNotes = ({ events, sinceMs }: WaitingEvents, nowMs: number): readonly string[] =>
  sinceMs === undefined || nowMs - sinceMs < waitingShownMs
    ? []
    : [`${plural(events, 'event')} wait for the log, the oldest for ${ago(nowMs - sinceMs)}`];

/** Events wait up to a quarter of a second as a matter of course. */
const waitingShownMs = 2_000;
