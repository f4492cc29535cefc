import { expect, test } from 'vitest';
import type { KnownDaemon } from '../../src/storage/daemon/daemons.ts';
import { newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import { firstLooks } from '../../workers/control/first-looks.ts';
import { row } from '../unit/daemon/make-daemon.ts';

const wish = { by: 'ada@home', reason: 'a test', sinceMs: 0 } as const;
const runs = (id: string): KnownDaemon => ({ id, record: newDaemon({ ...wish, wish: 'running' }) });
const stopped = (id: string): KnownDaemon => ({ id, wish: { ...wish, wish: 'stopped' } });
const rows = [row('ROUTER'), row('SYNC')];
const hourMs = 3_600_000;

/** Returns the number of looks at the ledger until all is there, when one look after the other sees these. */
async function looksUntil(seen: readonly (readonly KnownDaemon[] | Error)[], nodes: readonly (number | undefined)[] = []): Promise<number> {
  let looks = 0;
  const daemons = (): readonly KnownDaemon[] => {
    const now = seen[Math.min(looks, seen.length - 1)] ?? [];
    looks += 1;
    if (now instanceof Error) throw now;
    return now;
  };
  const newestLookMs = (): number | undefined => (nodes.length === 0 ? 1 : nodes[Math.min(looks, nodes.length) - 1]);
  await firstLooks({ rows, daemons, newestLookMs, say: () => undefined }, hourMs);
  return looks;
}

test('the first looks are there when each daemon that should run has a state', async () => {
  expect(await looksUntil([new Error('there is no ledger'), [], [runs('ROUTER')], [runs('ROUTER'), runs('SYNC')]])).toBe(4);
  expect(await looksUntil([[runs('ROUTER')], [runs('ROUTER'), stopped('SYNC')]])).toBe(2);
});

test('the first looks are there when a node was looked at', async () => {
  const all = [runs('ROUTER'), runs('SYNC')];
  expect(await looksUntil([all], [undefined, undefined, 1])).toBe(3);
});

test('the wait for the first looks ends, and says why the ledger cannot be read', async () => {
  const said: string[] = [];
  const daemons = (): never => {
    throw new Error('there is no ledger');
  };
  await firstLooks({ rows, daemons, newestLookMs: () => undefined, say: (line) => said.push(line) }, 1);
  expect(said).toEqual(['cannot read the first looks: there is no ledger']);
});
