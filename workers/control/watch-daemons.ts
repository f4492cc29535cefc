/**
 * Looks, every `daemonLookMs`, whether each daemon of the catalogue has its workflow, by one request for all of them. The request counts the workflows.
 * They are listed and compared when the count is another, after a comparison that found something, and every `daemonCompareMs`. A person can end a
 * workflow with one click. The manager learns which are gone, and starts them again. A manager that is gone is started by the keeper of the standing
 * workflows.
 *
 * The input of a new manager has the wishes of the ledger. A wish that an operator makes after this read and before the start reaches no manager. So a
 * manager that was gone gets all wishes once more. A wish that the manager knows changes nothing.
 *
 * `src/domain/daemon/missed-looks.ts` says when a workflow is gone. A start of one that runs changes nothing.
 */
import type { Client } from '@temporalio/client';
import { type DaemonsConfigured, type DaemonsGone, type DaemonsWished, signals, workflowIds } from '../../src/contract/workflows.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { afterLook, type MissedLooks, noLooks } from '../../src/domain/daemon/missed-looks.ts';
import { keeperLimits } from '../limits.ts';
import type { WishedDaemon } from './standing-workflows.ts';
import { countRunning, idsOfRunning, unlessGone } from './ask-running.ts';

export interface DaemonWatchParts {
  readonly client: Client;
  /** Returns the daemons that there are. A command daemon that left the cluster file is among them while its process may live. */
  readonly rows: () => readonly DaemonRow[];
  /** Starts the standing workflows that are gone, the manager among them. */
  readonly keep: () => Promise<void>;
  /** Reads the wishes of the operators from the ledger. */
  readonly wishes: () => readonly WishedDaemon[];
  readonly say: (line: string) => void;
}

export class DaemonWatch {
  readonly #parts: DaemonWatchParts;
  #looks: MissedLooks = noLooks;
  /** True while the manager may not know the wishes. */
  #owesWishes = true;
  #retired: ReadonlySet<string> = new Set();
  /** When the workflows were last compared and nothing was to be done. Absent when the next look must compare. */
  #evenAtMs: number | undefined;
  #sent = '';
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: DaemonWatchParts) {
    this.#parts = parts;
  }

  /** Sends the manager the catalogue of this release, and looks from then on. */
  start = async (): Promise<void> => {
    await this.#sendRows(this.#parts.rows());
    this.#timer = setTimeout(() => void this.#look(), keeperLimits.daemonLookMs);
  };

  /** Sends the manager the daemons when they are others than before. */
  async #sendRows(rows: readonly DaemonRow[]): Promise<void> {
    const text = JSON.stringify(rows);
    if (text === this.#sent) return;
    const configured: DaemonsConfigured = { rows };
    await this.#signal(signals.daemonsConfigured, configured);
    this.#sent = text;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    await this.#lookOnce();
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look(), keeperLimits.daemonLookMs);
    this.#timer.unref();
  }

  async #lookOnce(): Promise<void> {
    try {
      const rows = this.#parts.rows();
      await this.#sendRows(rows);
      if (await this.#isEven(rows.length + 1)) return;
      const { running, missing, retired } = await this.#compare(rows);
      for (const id of retired)
        if (this.#retired.has(id)) await unlessGone(this.#parts.client.workflow.getHandle(id).terminate('the cluster has no such daemon'));
      this.#retired = new Set(retired);
      const { gone, ...looks } = afterLook(this.#looks, { found: running, missing });
      this.#looks = looks;
      if (missing.includes(workflowIds.daemonManager)) this.#owesWishes = true;
      else if (this.#owesWishes) await this.#sendWishes();
      if (gone.includes(workflowIds.daemonManager)) await this.#parts.keep();
      const daemons = rows.map(({ id }) => id).filter((id) => gone.includes(workflowIds.daemon(id)));
      const signal: DaemonsGone = { daemons };
      if (daemons.length > 0) await this.#signal(signals.daemonsGone, signal);
      this.#evenAtMs = missing.length === 0 && retired.length === 0 ? performance.now() : undefined;
      this.#failure = undefined;
    } catch (error) {
      // The server does not answer now. The launcher and the keeper say so; this look is repeated.
      const text = errorText(error);
      if (text !== this.#failure) this.#parts.say(`cannot look whether the daemons run: ${text}`);
      this.#failure = text;
      this.#evenAtMs = undefined;
    }
  }

  /** Returns true when the last comparison found nothing, is not long ago, and as many workflows run as there must be. */
  async #isEven(wanted: number): Promise<boolean> {
    if (this.#evenAtMs === undefined || performance.now() - this.#evenAtMs > keeperLimits.daemonCompareMs) return false;
    return (await countRunning(this.#parts.client, ['daemon', 'daemonManager'])) === wanted;
  }

  /** Returns the workflows that are missing, and those of daemons that there are no more: an earlier release or another cluster file left them. */
  async #compare(rows: readonly DaemonRow[]): Promise<Record<'missing' | 'retired', readonly string[]> & { readonly running: ReadonlySet<string> }> {
    const { client } = this.#parts;
    const wanted = [workflowIds.daemonManager, ...rows.map(({ id }) => workflowIds.daemon(id))];
    const running = await idsOfRunning(client, ['daemon', 'daemonManager']);
    return { running, missing: wanted.filter((id) => !running.has(id)), retired: [...running].filter((id) => !wanted.includes(id)) };
  }

  async #sendWishes(): Promise<void> {
    for (const { id, wish } of this.#parts.wishes()) {
      const signal: DaemonsWished | undefined = wish && { daemons: [id], wish };
      if (signal !== undefined) await this.#signal(signals.daemonsWished, signal);
    }
    this.#owesWishes = false;
  }

  /** Signals the manager. A manager that is gone reads the same from the ledgers when it is started. */
  #signal = (name: string, payload: unknown): Promise<void> =>
    unlessGone(this.#parts.client.workflow.getHandle(workflowIds.daemonManager).signal(name, payload));
}
