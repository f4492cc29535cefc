/** The first rounds of daemons that have never run, on a real ledger. */
import { expect, test } from 'vitest';
import { beginRounds } from '../../../activities/ledger/daemon/begin-rounds.ts';
import { Rounds } from '../../../activities/ledger/daemon/rounds.ts';
import { type Daemon, type ReportedDaemon, transitionOf } from '../../../src/domain/daemon/daemon.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import type { Worked } from '../../../src/domain/daemon/work.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { ledgerHarness } from '../state-folder.ts';

const well: Worked = { health: { healthy: true, message: 'well', details: {} }, memory: { looked: 1 }, steps: [] };
const fresh = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
const starting: Daemon = { ...fresh, state: 'starting', seq: 2 };
const start = (daemon: string): ReportedDaemon => ({ daemon, record: starting, changes: [transitionOf(daemon, fresh, starting)] });
const rowOf = (id: string) => ({ id, summary: 'works', critical: false, dependencies: [], intervalMs: 1_000 });

function begun(does: Readonly<Record<string, () => Promise<Worked>>>) {
  const harness = ledgerHarness();
  const ids = Object.keys(does);
  const clock = { ms: 0 };
  const duties = { rows: ids.map(rowOf), processes: new Map(), rounds: new Map(Object.entries(does)) };
  const rounds = new Rounds(duties, () => clock.ms);
  const begin = beginRounds(harness.dependencies, rounds);
  const { daemons } = harness.ledgers.resources;
  return { ...harness, rounds, clock, stateOf: (id: string) => daemons.of(id).record?.state, ends: begin({ daemons: ids.map(start) }) };
}

test('the first rounds end together, and each round that wants nothing is returned', async () => {
  const throws = async (): Promise<Worked> => {
    throw new RingmasterError('internal.defect', { cannot: 'work', because: 'of the test', hint: { say: 'again' } });
  };
  const { ends, stateOf } = begun({
    WELL: async () => well,
    UNWELL: async () => ({ ...well, health: { ...well.health, healthy: false } }),
    STEPS: async () => ({ ...well, steps: [{ type: 'wake', workflow: 'w' }] }),
    SOON: async () => ({ ...well, restMs: 5 }),
    THROWS: throws,
  });
  expect(Object.keys((await ends).worked)).toEqual(['WELL', 'UNWELL']);
  for (const id of ['WELL', 'STEPS', 'THROWS']) expect(stateOf(id), id).toBe('starting');
});

test('all daemons are recorded as starting before the first round begins, so a round that ends its process has a name', async () => {
  const seen: (string | undefined)[] = [];
  const look = async (): Promise<Worked> => {
    await Promise.resolve();
    seen.push(harness.stateOf('ONE'), harness.stateOf('TWO'));
    return well;
  };
  const harness: ReturnType<typeof begun> = begun({ ONE: look, TWO: look });
  await harness.ends;
  expect(seen).toEqual(['starting', 'starting', 'starting', 'starting']);
});

test('a round that hangs keeps the others waiting for a second at most, and its workflow waits for its end', async () => {
  let end: (worked: Worked) => void = () => undefined;
  const { ends, rounds } = begun({ HANGS: async () => new Promise<Worked>((resolve) => (end = resolve)), WELL: async () => well });
  expect(Object.keys((await ends).worked)).toEqual(['WELL']);
  const own = rounds.work('HANGS', undefined, undefined);
  end(well);
  // The round of the workflow is another one, which hangs too.
  await new Promise(setImmediate);
  end(well);
  expect(await own).toEqual(well);
});

test('a daemon with a first round is looked at after its interval', async () => {
  const { ends, rounds, clock } = begun({ WELL: async () => well });
  await ends;
  clock.ms += 1_000;
  expect(rounds.takeDue()).toEqual([]);
  clock.ms += 10_000;
  expect(rounds.takeDue()).toEqual(['WELL']);
  expect(await rounds.look('WELL', 1_000)).toEqual(well);
});
