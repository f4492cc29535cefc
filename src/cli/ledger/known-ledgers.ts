import { nearestName } from '../../base/nearest-name.ts';
import type { LedgersView } from '../../domain/ledger/ledger-view.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** Returns the keys that the command line names, or all keys when it names none. Refuses a name that is no ledger. */
export function knownLedgers(named: readonly string[], { ledgers }: LedgersView, cannot: string): readonly string[] {
  const keys = ledgers.map(({ ledger }) => ledger);
  const unknown = named.filter((name) => !keys.includes(name));
  if (unknown.length === 0) return named.length === 0 ? keys : named;
  throw new VerbFailure('notFound', {
    cannot: `${cannot} ${unknown.join(', ')}`,
    because: 'there is no such ledger',
    hint: { say: unknown.length === 1 ? (nearestName(unknown[0] ?? '', keys) ?? `one of ${keys.join(', ')}`) : `one of ${keys.join(', ')}` },
  });
}
