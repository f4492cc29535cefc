/**
 * A Machine in memory, for tests of the layers above. It passes the same conformance suite as the real machines.
 * A job follows the instructions after the word `…/instructions.sh` of its argv, or the instructions that `instructionsOf` returns.
 * `payload/instructions.sh` lists all instructions.
 * A test controls the machine through its node: `unreachable(true)`, `reboot()`, `lose(job)`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { JobRef, NodeId } from '../../src/domain/ids.ts';
import type { JobObservation, LogStream } from '../../src/domain/job/job.ts';
import type { LookedAt, Machine, StartRequest } from '../../src/transport/machine.ts';
import { completeLines } from '../../src/transport/job/parse-look.ts';
import { checkManifest, noManifest } from '../../src/transport/job/parse-manifest.ts';
import { epochRefused, otherSpec, spawnFailed, specDigest } from '../../src/transport/job/start-on-node.ts';
import { followInstructions, watchFence } from './scripted/instructions.ts';
import { copyScripted } from './scripted/copies.ts';
import { removeGamesScripted } from './scripted/remove-games.ts';
import { runScripted } from './scripted/programs.ts';
import type { ScriptedJob, ScriptedNode } from './scripted/scripted-node.ts';
import { sha256 } from '../support/sha256.ts';

const folderOf = ({ item, epoch }: JobRef): string => `jobs/${item}/${epoch}`;
const instructionsInArgv = ({ argv }: StartRequest): readonly string[] => argv.slice(argv.findIndex((word) => word.endsWith('/instructions.sh')) + 1);

export function scriptedMachine(node: ScriptedNode, instructionsOf: (request: StartRequest) => readonly string[] = instructionsInArgv): Machine {
  const name = node.name as NodeId;
  let closed = false;
  const refuse = (
    code: 'transport.command' | 'transport.busy' | 'job.no-output' | 'sync.interrupted',
    cannot: string,
    because: string,
  ): RingmasterError =>
    new RingmasterError(code, { cannot: `${cannot} on ${name}`, because, hint: { say: 'looking at the test' }, fields: { node: name } });
  /** Runs each call in a later turn of the event loop. The call then sees the node's state at that time, as it would over a network. */
  const ask = async <T>(step: () => T | Promise<T>): Promise<T> => {
    await new Promise((turn) => setImmediate(turn));
    if (closed)
      throw new RingmasterError('transport.cancelled', {
        cannot: `ask node ${name}`,
        because: 'this process is stopping',
        hint: { say: 'again when it is up' },
      });
    node.check();
    return step();
  };
  const checkEpoch = (cannot: string, { item, epoch }: JobRef): void => {
    const fence = node.fences.get(item) ?? 0;
    if (epoch < fence) throw epochRefused(cannot, item, name, String(fence));
  };

  function start(request: StartRequest) {
    const { job, argv, inputs, limits, requestJson } = request;
    const what = `start ${job.item}/${job.epoch}`;
    checkEpoch(what, job);
    const known = node.job(job);
    const spec = specDigest(request);
    if (known?.spec !== undefined && known.spec !== spec) throw otherSpec(`${job.item}/${job.epoch}`, job, name);
    if (known !== undefined) return { pid: known.pid, startTicks: known.startTicks, bootId: known.bootId, adopted: true };
    if (inputs.some((input) => !node.files.has(`blobs/${input.sha256}`))) throw refuse('sync.interrupted', what, 'an input is no longer on the node');
    if (!node.programs.has(argv[0] ?? '')) throw spawnFailed(`${job.item}/${job.epoch}`, name, argv[0] ?? '');
    node.raise(job);
    for (const input of inputs) node.files.set(`${folderOf(job)}/input/${input.name}`, node.files.get(`blobs/${input.sha256}`) ?? Buffer.alloc(0));
    node.files.set(`${folderOf(job)}/input/request.json`, Buffer.from(requestJson));
    const started = Object.assign(node.addJob(job, { running: true }), { spec });
    if (limits.selfFenceSeconds !== undefined) watchFence(node, started, limits.selfFenceSeconds);
    void followInstructions(node, started, request, instructionsOf(request));
    return { pid: started.pid, startTicks: started.startTicks, bootId: started.bootId, adopted: false };
  }

  function look(job: LookedAt): JobObservation {
    const { readTo = 0 } = job;
    const seen = node.job(job);
    const about = { job, atMs: Date.now(), bootId: node.bootId };
    if (seen === undefined) return { ...about, phase: 'absent', stdoutBytes: 0, outputBytes: 0, parts: [], readTo, lastLine: '' };
    seen.renewedAtMs = Date.now();
    const { running, exitCode, ended } = seen;
    const out = node.files.get(`${folderOf(job)}/out`) ?? Buffer.alloc(0);
    const outputBytes = running ? node.below(`${folderOf(job)}/output`).reduce((sum, [, data]) => sum + data.length, 0) : 0;
    const lines = completeLines(out.subarray(readTo).toString('utf8'));
    const end = { ...(exitCode === undefined ? {} : { exitCode }), ...(ended === undefined ? {} : { ended }) };
    return {
      ...about,
      phase: running ? 'running' : 'ended',
      ...end,
      stdoutBytes: out.length,
      outputBytes,
      parts: lines.length === 0 ? [] : [lines],
      readTo: readTo + lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
      lastLine: lines.at(-1) ?? '',
      ...(running ? {} : { logs: { stdout: logOf(job, 'out'), stderr: logOf(job, 'err') } }),
    };
  }

  async function endProcesses(job: ScriptedJob, graceMs: number): Promise<number> {
    const stopped = (job.running ? 1 : 0) + job.others;
    job.others = 0;
    if (!job.running) return stopped;
    job.ended = 'stopped';
    if (job.stubborn) await sleep(graceMs);
    node.end(job, job.stubborn ? 137 : 143);
    return stopped;
  }

  async function stop(job: JobRef, graceMs: number) {
    if (node.job(job) === undefined && (node.fences.get(job.item) ?? 0) <= job.epoch)
      Object.assign(node.addJob(job, { running: false }), { ended: 'stopped', exitCode: 143 });
    node.raise(job);
    const known = node.job(job);
    return { stopped: known === undefined ? 0 : await endProcesses(known, graceMs) };
  }

  function manifest(job: JobRef) {
    Object.assign(node.job(job) ?? {}, { others: 0 });
    const output = node.below(`${folderOf(job)}/output`);
    const text = output.find(([path]) => path === 'manifest.json')?.[1].toString('utf8');
    if (text === undefined) throw noManifest(job, name);
    return checkManifest(job, name, text, new Map(output.map(([path, data]) => [path, { bytes: data.length, sha256: sha256(data) }])));
  }

  function settle(job: JobRef, moved: readonly { readonly from: string; readonly to: string }[]): void {
    if (moved.length > 0) checkEpoch(`keep the outputs of ${job.item}/${job.epoch}`, job);
    for (const { from, to } of moved) {
      const data = node.files.get(`${folderOf(job)}/output/${from}`);
      if (data !== undefined) node.files.set(to, data);
      else throw refuse('job.no-output', `keep the outputs of ${job.item}/${job.epoch}`, `it has no output ${from}`);
    }
  }

  function forget(jobs: readonly JobRef[]): void {
    const busy = jobs.filter((job) => node.job(job)?.running === true);
    for (const job of jobs.filter((one) => !busy.includes(one))) {
      node.raise({ ...job, epoch: job.epoch + 1 });
      node.jobs.delete(`${job.item}/${job.epoch}`);
      for (const [path] of node.below(folderOf(job))) node.files.delete(`${folderOf(job)}/${path}`);
    }
    if (busy.length > 0) throw refuse('transport.busy', `remove the folders of ${jobs.length} jobs`, `${busy.length} still run`);
  }

  /** Waits until a job of this node ends, at most `waitMs`. */
  const bell = (waitMs: number): Promise<void> =>
    new Promise((resolve) => {
      const ring = (): void => {
        clearTimeout(timer);
        node.bells.delete(ring);
        resolve();
      };
      const timer = setTimeout(ring, waitMs);
      node.bells.add(ring);
    });

  const logOf = (job: JobRef, file: string): string =>
    (node.files.get(`${folderOf(job)}/${file}`) ?? Buffer.alloc(0)).subarray(-4_096).toString('utf8');

  function readLog({ item, epoch }: JobRef, stream: LogStream, bytesMax: number): Buffer {
    if (node.job({ item, epoch }) === undefined) throw refuse('transport.command', `read the ${stream} of ${item}/${epoch}`, 'it is not there');
    const log = node.files.get(`${folderOf({ item, epoch })}/${stream === 'stdout' ? 'out' : 'err'}`) ?? Buffer.alloc(0);
    return Buffer.from(log.subarray(Math.max(0, log.length - bytesMax)));
  }

  function read(path: string, offset: number, bytesMax: number): Buffer {
    const data = node.files.get(node.resolve(path));
    if (data === undefined) throw refuse('transport.command', `read ${path}`, `${path} is not there`);
    const from = offset < 0 ? Math.max(0, data.length + offset) : offset;
    return Buffer.from(data.subarray(from, from + bytesMax));
  }

  return {
    node: name,
    run: (request) => ask(() => runScripted(name, request)),
    start: (request) => ask(() => start(request)),
    look: (jobs, waitMs = 0) =>
      ask(async () => {
        if (waitMs > 0) await bell(waitMs);
        node.check();
        return jobs.map(look);
      }),
    stop: (job, graceMs) => ask(() => stop(job, graceMs)),
    stopAll: (graceMs) =>
      ask(async () => ({
        stopped: (await Promise.all([...node.jobs.values()].map((job) => endProcesses(job, graceMs)))).reduce((sum, one) => sum + one, 0),
      })),
    purge: () =>
      ask(() => {
        for (const kept of [node.files, node.fences, node.jobs, node.current]) kept.clear();
        return undefined;
      }),
    manifest: (job) => ask(() => manifest(job)),
    settle: (job, rules) =>
      ask(() =>
        settle(
          job,
          rules.flatMap(({ path, to }) =>
            to.startsWith('dataset:') ? [{ from: path, to: `datasets/${to.slice('dataset:'.length)}/${job.item}.${path}` }] : [],
          ),
        ),
      ),
    forget: (jobs) => ask(() => forget(jobs)),
    oldJobs: (ageMs) =>
      ask(() =>
        [...node.jobs.values()]
          .filter((one) => Date.now() - one.renewedAtMs >= ageMs)
          .map((one) => ({ ...one.job, isHeld: one.running || one.others > 0 })),
      ),
    heldJobs: (ageMs) =>
      ask(() =>
        [...node.jobs.values()]
          .filter((one) => Date.now() - one.renewedAtMs >= ageMs && (one.running || one.others > 0))
          .map(({ job: { item, epoch } }) => ({ item, epoch })),
      ),
    // The files of this node are younger than any age.
    removeGames: (past, ageMs) => ask(() => (ageMs > 0 ? [] : past.flatMap((one) => removeGamesScripted(node, one)))),
    readLog: (job, stream, bytesMax) => ask(() => readLog(job, stream, bytesMax)),
    readLogAfter: (job, stream, after, bytesMax) =>
      ask(() => {
        const log = readLog(job, stream, Number.MAX_SAFE_INTEGER);
        return { end: log.length, bytes: log.subarray(after > log.length ? 0 : after).subarray(-bytesMax) };
      }),
    read: (path, { offset = 0, bytesMax }) => ask(() => read(path, offset, bytesMax)),
    copy: (request) => ask(() => copyScripted(node, request)),
    probe: () => ask(() => ({ bootId: node.bootId, load1: 0, diskFreeBytes: 1e12, latencyMs: 0, workerAlive: false })),
    close: async () => void (closed = true),
  };
}
