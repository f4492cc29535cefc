import type { EarlyLedgerKey } from '../ledger/registry.ts';

/** The ledgers with an outbox: those whose changes are events. */
export const outboxLedgers = ['resources', 'queue', 'ratings', 'syncs', 'alerts'] as const satisfies readonly EarlyLedgerKey[];
