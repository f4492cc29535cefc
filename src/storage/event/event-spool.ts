/**
 * The folder `data/event-spool`: events of processes and threads that have no ledger open, each in a file of its own. The pump moves them to the log like
 * the events of an outbox. A file appears whole or not at all.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { WaitingEvents } from '../../domain/event/event.ts';
import type { EventTypeName, PayloadOfType } from '../../domain/event/event-types.ts';
import { newEvent } from '../../domain/event/new-event.ts';
import { errorText } from '../../domain/failure/error.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { eventLimits } from '../limits.ts';
import { eventId } from './event-id.ts';
import type { PublishFacts } from './publish.ts';
import type { EventSource } from './pump-events.ts';
import { readEvent } from './read-event.ts';
import { logOf } from '../../telemetry/log.ts';

/** Puts an event into the spool. A spool that is full, or that the disk refuses, takes no event and stops nothing. */
export function spoolEvent<Name extends EventTypeName>(state: string, type: Name, payload: PayloadOfType<Name>, facts: PublishFacts): void {
  const folder = statePaths(state).eventSpool;
  const id = eventId(facts.atMs);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (namesIn(folder).length >= eventLimits.spoolEventsMax) throw new Error(`${folder} holds ${eventLimits.spoolEventsMax} events`);
    replaceFile(join(folder, `${id}.json`), JSON.stringify(newEvent(type, payload, { ...facts, id })), { sync: true });
  } catch (error) {
    logOf('events').error(`event ${type} is not recorded: ${errorText(error)}`);
  }
}

/** Returns the spool as a source of the pump. */
export function spoolOf(state: string): EventSource {
  const folder = statePaths(state).eventSpool;
  let read: readonly string[] = [];
  return {
    read: (max) => {
      read = namesIn(folder).slice(0, max);
      return {
        events: read.map((name) => readEvent(() => readFileSync(join(folder, name), 'utf8'), name.replace(/\.json$/, ''))),
        last: read.length,
      };
    },
    remove: (last) => read.slice(0, last).forEach((name) => rmSync(join(folder, name), { recursive: true, force: true })),
  };
}

/** Returns how many events the spool holds, and the time of the oldest one. */
export function waitingInSpool(state: string): WaitingEvents {
  const folder = statePaths(state).eventSpool;
  const names = namesIn(folder);
  const [oldest] = names;
  const sinceMs = oldest === undefined ? undefined : statSync(join(folder, oldest), { throwIfNoEntry: false })?.mtimeMs;
  return sinceMs === undefined ? { events: 0 } : { events: names.length, sinceMs };
}

/** Returns the files in the order of their ids, which is the order of their times. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
}
