/** A pump over the ledgers of a test, and the events that readers see. */
import { onTestFinished } from 'vitest';
import { EventPump } from '../../../src/storage/event/event-pump.ts';
import { eventRetentionDefaults } from '../../../src/domain/event/retention.ts';
import type { EventView } from '../../../src/domain/event/event.ts';
import { openReadModel, type ReadModel } from '../../../src/storage/read/read-ledgers.ts';
import type { LedgerHarness } from '../state-folder.ts';

/** Returns a pump over the ledgers of the harness. */
export function pumpOf({ folder, ledgers, clock, dependencies }: LedgerHarness): EventPump {
  const { events: door } = dependencies;
  const pump = new EventPump({ state: folder, ledgers, door, retention: eventRetentionDefaults, now: () => clock.nowMs });
  onTestFinished(() => pump.close());
  return pump;
}

export function readerOf({ folder }: Pick<LedgerHarness, 'folder'>): ReadModel {
  const model = openReadModel(folder);
  onTestFinished(() => model.close());
  return model;
}

/** Moves what waits to the log, and returns all events, the oldest first. */
export function happened(on: LedgerHarness): readonly EventView[] {
  const pump = pumpOf(on);
  while (pump.step() === true);
  return readerOf(on).events({ limit: 1_000 }).events;
}

export const typesOf = (events: readonly EventView[]): readonly string[] => events.map(({ type }) => type);
