/**
 * Table `daemon_processes` of `resource_state.db`: the newest process of each command daemon. The row is written before the process starts, so a process
 * without an open row does not exist. A new process gets a higher epoch than every earlier one of its daemon.
 */
import type { DaemonProcess, DeclaredDaemon } from '../../domain/daemon/command.ts';
import type { JobRef } from '../../domain/ids.ts';
import { isDaemonItem, itemOfDaemon } from '../../domain/daemon/daemon-item.ts';
import { ledgerLimits } from '../limits.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const daemonProcessesTable = `
  CREATE TABLE daemon_processes (
    daemon TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    process TEXT NOT NULL,
    changed_at_ms INTEGER NOT NULL
  ) STRICT;
`;

interface Row {
  readonly epoch: number;
  readonly is_open: number;
  readonly process: string;
}

/** The newest process of a daemon. It is open from before its start until nothing of it is left on its node. */
export interface KnownProcess {
  readonly process: DaemonProcess;
  readonly isOpen: boolean;
}

const known = ({ epoch, is_open: isOpen, process }: Row): KnownProcess => {
  const declared = JSON.parse(process) as DeclaredDaemon['process'];
  return { process: { ...declared, job: { item: itemOfDaemon(declared.daemon), epoch } }, isOpen: isOpen === 1 };
};

export class DaemonProcesses {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Returns the open process of the daemon. When there is none, opens one as it is declared. */
  open(declared: DeclaredDaemon['process'], nowMs: number): DaemonProcess {
    const { daemon } = declared;
    return this.#ledger.write(`open the process of ${daemon}`, () => {
      const before = this.of(daemon);
      if (before?.isOpen === true) return before.process;
      const epoch = (before?.process.job.epoch ?? 0) + 1;
      this.#ledger
        .statement('INSERT OR REPLACE INTO daemon_processes (daemon, epoch, is_open, process, changed_at_ms) VALUES (?, ?, 1, ?, ?)')
        .run(daemon, epoch, JSON.stringify(declared), Math.round(nowMs));
      this.#forget();
      return { ...declared, job: { item: itemOfDaemon(daemon), epoch } };
    });
  }

  /** Records that no process of the daemon with this epoch or a lower one is left. A process with a higher epoch stays open. */
  close(daemon: string, epoch: number, nowMs: number): void {
    this.#ledger.write(`close the process of ${daemon}`, () =>
      this.#ledger
        .statement('UPDATE daemon_processes SET epoch = ?, is_open = 0, changed_at_ms = ? WHERE daemon = ? AND epoch <= ?')
        .run(epoch, Math.round(nowMs), daemon, epoch),
    );
  }

  /** Returns the open process of the daemon. */
  held(daemon: string): DaemonProcess | undefined {
    const found = this.of(daemon);
    return found?.isOpen === true ? found.process : undefined;
  }

  /** Returns true for the try under which the open process of a daemon runs. */
  isOpen({ item, epoch }: JobRef): boolean {
    if (!isDaemonItem(item)) return false;
    const rows = this.#ledger.statement<Row>('SELECT epoch, is_open, process FROM daemon_processes WHERE is_open = 1 AND epoch = ?').all(epoch);
    return rows.some((row) => known(row).process.job.item === item);
  }

  of(daemon: string): KnownProcess | undefined {
    const row = this.#ledger.statement<Row>('SELECT epoch, is_open, process FROM daemon_processes WHERE daemon = ?').get(daemon);
    return row === undefined ? undefined : known(row);
  }

  /** Daemons that left the cluster file long ago are forgotten. An open process is not. */
  #forget(): void {
    this.#ledger
      .statement(
        'DELETE FROM daemon_processes WHERE is_open = 0 AND daemon IN (SELECT daemon FROM daemon_processes ORDER BY changed_at_ms DESC LIMIT -1 OFFSET ?)',
      )
      .run(ledgerLimits.daemonsMax);
  }
}

/** Returns the newest process of each command daemon. */
export const readProcesses = (reader: LedgerReader): readonly KnownProcess[] =>
  reader.all<Row>('SELECT epoch, is_open, process FROM daemon_processes ORDER BY daemon').map(known);
