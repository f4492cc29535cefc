/** The harness of the conformance suite: a machine, and jobs written in the instructions of `payload/instructions.sh`. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ItemId, JobRef } from '../../../src/domain/ids.ts';
import type { JobObservation, StartedJob } from '../../../src/domain/job/job.ts';
import type { Machine, StartRequest } from '../../../src/transport/machine.ts';
import { sha256 } from '../../support/sha256.ts';
import { until } from '../../support/eventually.ts';

/** The machine under test. */
export interface MachineFixture {
  readonly machine: Machine;
  /** Returns another Machine for the same node, as a restart of our process would create. */
  readonly another: () => Machine;
  /** Writes a file in the node's folder without the Machine. */
  readonly writeFile: (path: string, data: Buffer | string) => Promise<void>;
  /** Kills a job and its supervisor with SIGKILL, so that the end of the job is not recorded. */
  readonly killWithoutRecord: (job: JobRef, started: StartedJob) => Promise<void>;
  /** False for a machine in memory, which has no processes or inodes. A fake may declare no other difference. */
  readonly hasProcesses: boolean;
  /** Closes the machines of this fixture. */
  readonly close: () => Promise<void>;
  /** Removes everything. Returns one line for each thing that the product should have removed. */
  readonly remove: () => Promise<readonly string[]>;
}

const payloadFolder = join(import.meta.dirname, '../payload');

let harnesses = 0;

/** Holds the fixture, which is made once, and makes and starts jobs. */
export class MachineHarness {
  #fixture: MachineFixture | undefined;
  #payload: { readonly dataset: string; readonly digest: string } | undefined;
  #count = 0;
  readonly #number = (harnesses += 1);
  readonly scratch = mkdtempSync(join(tmpdir(), 'conformance-'));

  async begin(make: () => Promise<MachineFixture>): Promise<MachineFixture> {
    const fixture = await make();
    this.#fixture = fixture;
    const { digest } = await this.machine.copy({ type: 'push-tree', dataset: 'payload-instructions', from: payloadFolder });
    this.#payload = { dataset: 'payload-instructions', digest };
    return fixture;
  }

  get fixture(): MachineFixture {
    if (this.#fixture === undefined) throw new Error('the machine was not made');
    return this.#fixture;
  }

  get machine(): Machine {
    return this.fixture.machine;
  }

  /** The names of items differ between harnesses and between test processes, because tests find the processes of a job by the name of its item. */
  newJob = (epoch = 1): JobRef => ({ item: `toy.${process.pid}.${this.#number}.run.${(this.#count += 1)}` as ItemId, epoch });

  newFolder(): string {
    const folder = join(this.scratch, String((this.#count += 1)));
    mkdirSync(folder);
    return folder;
  }

  request = (job: JobRef, instructions: readonly string[], changes: Partial<StartRequest> = {}): StartRequest => ({
    job,
    argv: ['sh', '{payload}/instructions.sh', ...instructions],
    env: {},
    seed: 7,
    requestJson: '{"games":5}',
    ...(this.#payload === undefined ? {} : { payload: this.#payload }),
    inputs: [],
    limits: { runSecondsMax: 100, silentSecondsMax: 100 },
    ...changes,
  });

  start = (job: JobRef, instructions: readonly string[], changes: Partial<StartRequest> = {}): Promise<StartedJob> =>
    this.machine.start(this.request(job, instructions, changes));

  /** Sends a text as a blob and returns its sha256. */
  async pushText(text: string): Promise<string> {
    const from = join(this.newFolder(), 'blob');
    writeFileSync(from, text);
    const digest = sha256(text);
    await this.machine.copy({ type: 'push-blob', from, sha256: digest });
    return digest;
  }

  async look(job: JobRef): Promise<JobObservation> {
    const [seen] = await this.machine.look([job]);
    if (seen === undefined) throw new Error('a look must answer for each job');
    return seen;
  }

  async ended(job: JobRef): Promise<JobObservation> {
    return until(
      () => this.look(job),
      ({ phase }) => phase === 'ended',
    );
  }

  /** Returns a job that has followed these instructions and has ended. */
  async done(instructions: readonly string[], changes: Partial<StartRequest> = {}): Promise<JobRef> {
    const job = this.newJob();
    await this.start(job, instructions, changes);
    await this.ended(job);
    return job;
  }
}

export const coded = (code: string): unknown => expect.objectContaining({ name: 'RingmasterError', code });
