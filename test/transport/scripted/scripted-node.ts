/** The state of a node that exists only in memory. As on a real node, the state outlives the machine objects that use it. */
import { randomUUID } from 'node:crypto';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { JobRef } from '../../../src/domain/ids.ts';

export interface ScriptedJob {
  readonly job: JobRef;
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  running: boolean;
  exitCode?: number;
  spec?: string;
  ended?: 'self-fence' | 'stopped';
  renewedAtMs: number;
  stubborn: boolean;
  /** The number of processes that the job started and that outlive it. */
  others: number;
  /** These functions are called once each, when the job ends. */
  readonly onEnd: Set<() => void>;
}

const unreachable = (node: string): RingmasterError =>
  new RingmasterError('transport.unreachable', {
    cannot: `connect to node ${node}`,
    because: 'the test made it unreachable',
    hint: { say: 'again in a moment' },
    fields: { node },
  });

export class ScriptedNode {
  readonly name: string;
  /** Path below the node's folder → bytes. */
  readonly files = new Map<string, Buffer>();
  /** Maps a dataset to the digest of the version that `current` points to. */
  readonly current = new Map<string, string>();
  readonly fences = new Map<string, number>();
  readonly jobs = new Map<string, ScriptedJob>();
  /** Programs that a start finds. */
  readonly programs = new Set(['sh', 'node']);
  /** Each is called when any job ends. */
  readonly bells = new Set<() => void>();
  bootId: string = randomUUID();
  #away = false;
  #pids = 1_000;

  constructor(name: string) {
    this.name = name;
  }

  /** While `away` is true, every call fails with transport.unreachable. The jobs go on. */
  unreachable(away: boolean): void {
    this.#away = away;
  }

  /** Ends every process without recording the end of any job. The files stay. */
  reboot(): void {
    this.bootId = randomUUID();
    for (const job of this.jobs.values()) this.lose(job.job);
  }

  /** Ends the processes of a job without recording the end of the job. */
  lose(job: JobRef): void {
    const lost = this.job(job);
    if (lost !== undefined) this.end(lost);
  }

  check(): void {
    if (this.#away) throw unreachable(this.name);
  }

  job = ({ item, epoch }: JobRef): ScriptedJob | undefined => this.jobs.get(`${item}/${epoch}`);

  addJob(job: JobRef, state: { readonly running: boolean }): ScriptedJob {
    const pid = state.running ? (this.#pids += 1) : 0;
    const made: ScriptedJob = {
      job,
      pid,
      startTicks: pid * 10,
      bootId: this.bootId,
      running: state.running,
      renewedAtMs: Date.now(),
      stubborn: false,
      others: 0,
      onEnd: new Set(),
    };
    this.jobs.set(`${job.item}/${job.epoch}`, made);
    return made;
  }

  end(job: ScriptedJob, exitCode?: number): void {
    if (!job.running) return;
    job.running = false;
    if (exitCode !== undefined) job.exitCode = exitCode;
    for (const tell of job.onEnd) tell();
    job.onEnd.clear();
    for (const ring of this.bells) ring();
  }

  raise({ item, epoch }: JobRef): void {
    this.fences.set(item, Math.max(epoch, this.fences.get(item) ?? 0));
  }

  /** Returns the path with `current` replaced by the version that it points to. */
  resolve(path: string): string {
    const [, dataset = '', rest = ''] = /^replicas\/([^/]+)\/current\/(.*)$/.exec(path) ?? [];
    return dataset === '' ? path : `replicas/${dataset}/v/${this.current.get(dataset)}/${rest}`;
  }

  below = (folder: string): readonly (readonly [path: string, bytes: Buffer])[] =>
    [...this.files].flatMap(([path, bytes]) => (path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), bytes] as const] : []));
}
