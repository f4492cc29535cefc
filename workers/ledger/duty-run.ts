import { type DutyLook, type DutyName, dutyRunMsMax, dutyText } from '../../src/domain/cluster/duty.ts';
import { given } from '../../src/base/given.ts';
import { withLimit } from '../launcher/with-limit.ts';

/**
 * Runs the task of a duty once, and waits for its end at most `limitMs`. A thread that waits for a hung disk cannot be ended, so no further run begins
 * before the hung one has ended. `record` is called at the begin and at the end of each run.
 */
export class DutyRun {
  readonly #name: DutyName;
  readonly #work: (task: unknown, signal?: AbortSignal) => Promise<unknown>;
  readonly #record: (look: DutyLook) => void;
  readonly #limitMs: number;
  #sinceMs: number | undefined;

  constructor(
    name: DutyName,
    work: (task: unknown, signal?: AbortSignal) => Promise<unknown>,
    record: (look: DutyLook) => void,
    limitMs = dutyRunMsMax,
  ) {
    this.#name = name;
    this.#work = work;
    this.#record = record;
    this.#limitMs = limitMs;
  }

  async run(task: unknown, signal?: AbortSignal): Promise<unknown> {
    const text = dutyText[this.#name];
    if (this.#sinceMs !== undefined) throw new Error(`the run before this one has not ended: a disk that ${text} needs does not answer`);
    this.#mark(Date.now());
    const work = this.#work(task, signal).finally(() => this.#mark(undefined));
    return withLimit(work, this.#limitMs, `${text} took longer than ${Math.round(this.#limitMs / 1_000)} s: a disk does not answer`);
  }

  #mark(sinceMs: number | undefined): void {
    this.#sinceMs = sinceMs;
    this.#record({ name: this.#name, ...given({ runningSinceMs: sinceMs }) });
  }
}
