/**
 * Makes sure, every `keepMs`, that the workflows run that must always run: `daemon-manager`, `dispatcher` and each `node/<id>`. A person can end each of
 * them with one click, and a lost database of the server ends all of them. A workflow that is missing is started again with what the ledgers know. That
 * is safe, because a start of a running workflow changes nothing: the dispatcher finds the open claims in the queue and starts their jobs, and a job adopts
 * its process on the node. The manager keeps the daemons, and the daemon DATA_PIPELINE keeps the pipelines.
 */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { startOptions } from '../../src/contract/start-options.ts';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import type { KeeperLook } from '../../src/domain/cluster/watch.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { keepMs } from '../../src/domain/limits.ts';
import { keeperLimits } from '../limits.ts';
import { idsOfRunning } from './ask-running.ts';

export interface StandingWorkflow {
  readonly type: WorkflowType;
  readonly workflowId: string;
  readonly summary: string;
  readonly input: unknown;
}

export interface KeeperParts {
  readonly client: Client;
  /** Reads what must run, from the cluster file and the ledgers. */
  readonly standing: () => readonly StandingWorkflow[];
  readonly say: (line: string) => void;
}

export class WorkflowKeeper {
  readonly #parts: KeeperParts;
  readonly #startedAgain: { readonly workflow: string; readonly atMs: number }[] = [];
  #roundMs: number | undefined;
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isFirst = true;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Makes a round now and then one every `keepMs`. A round that fails is repeated soon and is shown; it ends nothing. */
  run = async (): Promise<void> => {
    clearTimeout(this.#timer);
    try {
      await this.#round();
      this.#roundMs = performance.now();
      this.#failure = undefined;
      this.#isFirst = false;
    } catch (error) {
      const text = errorText(error);
      if (text !== this.#failure) this.#parts.say(`cannot make sure that the standing workflows run: ${text}`);
      this.#failure = text;
    }
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.run(), this.#failure === undefined ? keepMs : keeperLimits.retryMs);
    this.#timer.unref();
  };

  look = (): KeeperLook => {
    const nowMs = performance.now();
    return {
      ...(this.#roundMs === undefined ? {} : { roundAgeMs: nowMs - this.#roundMs }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      startedAgain: this.#startedAgain
        .filter(({ atMs }) => nowMs - atMs < keeperLimits.startedAgainShownMs)
        .map(({ workflow, atMs }) => ({ workflow, agoMs: nowMs - atMs })),
    };
  };

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const standing = this.#parts.standing();
    // A workflow that is not in the list, because the list lags or has no workflow of its type, is started. A start of a running workflow changes nothing.
    const running = await idsOfRunning(this.#parts.client, ['node']);
    for (const wanted of standing) {
      if (running.has(wanted.workflowId) || !(await this.#startOnce(wanted))) continue;
      // The first round of a new cluster starts everything, so only later rounds find something that was gone.
      if (this.#isFirst) continue;
      this.#parts.say(`${wanted.workflowId} did not run; it is started again`);
      this.#startedAgain.push({ workflow: wanted.workflowId, atMs: performance.now() });
      this.#startedAgain.splice(0, this.#startedAgain.length - keeperLimits.startedAgainMax);
    }
  }

  /** Starts the workflow unless it runs. Returns true when it did not run. */
  async #startOnce({ type, workflowId, summary, input }: StandingWorkflow): Promise<boolean> {
    const { client } = this.#parts;
    try {
      await client.withDeadline(Date.now() + keeperLimits.startMsMax, () =>
        client.workflow.start(type, startOptions({ workflowId, summary, input })),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  }
}
