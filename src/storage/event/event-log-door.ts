import { statSync } from 'node:fs';
import type { Subscription } from '../../domain/event/subscription.ts';
import { toFailureRecord } from '../../domain/failure/to-failure-record.ts';
import { openOneLedger } from '../ledger/ledgers.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import type { LedgerFileLimits } from '../limits.ts';
import { Deliveries } from './deliveries.ts';
import type { EventLog } from './event-log.ts';
import { logOf } from '../../telemetry/log.ts';

interface Opened {
  readonly log: EventLog;
  readonly deliveries: Deliveries;
}

/**
 * The event log, opened at the first use and again after each failure. So its users also go on with a file that was restored, replaced or removed
 * meanwhile. The subscribers get their cursors when the file is opened, before the first event is added to a new file.
 */
export class EventLogDoor {
  readonly #state: string;
  readonly #subscriptions: readonly Subscription[];
  readonly #now: () => number;
  readonly #limits: Partial<LedgerFileLimits>;
  readonly #listeners = new Set<() => void>();
  #open: (Opened & { readonly inode: number }) | undefined;
  #damaged: { readonly inode: number; readonly failure: unknown } | undefined;

  /** `limits` override those of the log's row in the registry. */
  constructor(state: string, subscriptions: readonly Subscription[], now: () => number, limits: Partial<LedgerFileLimits> = {}) {
    this.#limits = limits;
    this.#state = state;
    this.#subscriptions = subscriptions;
    this.#now = now;
  }

  /** Runs `work` on the open log. A failure closes the log, and is thrown. */
  use<T>(work: (opened: Opened) => T): T {
    try {
      return work(this.#opened());
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Calls `listener` whenever events were added. The returned function ends that. */
  whenAdded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listeners. */
  added(): void {
    for (const listener of this.#listeners) listener();
  }

  #opened(): Opened {
    const file = ledgerPaths(this.#state).events;
    const inodeNow = (): number => statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.#open !== undefined && this.#open.inode !== inodeNow()) this.close();
    if (this.#damaged !== undefined && this.#damaged.inode === inodeNow()) throw this.#damaged.failure;
    this.#damaged = undefined;
    if (this.#open === undefined) {
      const log = openOneLedger(this.#state, 'events', {
        ...this.#limits,
        onCorrupt: (failure) => (this.#damaged = { inode: inodeNow(), failure }),
      });
      const deliveries = new Deliveries(log);
      this.#open = { log, deliveries, inode: inodeNow() };
      deliveries.register(this.#subscriptions, this.#now());
    }
    return this.#open;
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    try {
      open?.log.close();
    } catch (error) {
      logOf('events').error(toFailureRecord(error).message); // The file is damaged. It is opened again at the next use.
    }
  }
}
