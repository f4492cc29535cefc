import { given } from '../base/given.ts';
import { clusterKey } from '../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { type JobRef, jobKey } from '../domain/ids.ts';
import type { JobObservation, LogStream, OldJob } from '../domain/job/job.ts';
import { pullOutput, pushBlob } from './copy/copy-file.ts';
import { logLimitsDefault } from '../domain/job/log-limits.ts';
import { commandLimits, jobLimits } from './limits.ts';
import type { CopyRequest, CopyResult, Machine, NodeAddress, LookedAt } from './machine.ts';
import { jobFolder, nodeFolderNames, ownerFile } from './node-folder.ts';
import { parseLook } from './job/parse-look.ts';
import { parseOldJobs } from './job/parse-old-jobs.ts';
import { oldJobsMax } from '../domain/limits.ts';
import { cutManifest, noManifest, parseManifestAnswer } from './job/parse-manifest.ts';
import { pullTree } from './copy/pull-tree.ts';
import { pullKey, removeGames } from './copy/remove-games.ts';
import type { CopyTools } from './copy/copy-tools.ts';
import { pushTree } from './copy/push-tree.ts';
import type { Remote } from './copy/remote.ts';
import { copyFailure } from './copy/transfer-failure.ts';
import { runProgram } from './job/run-program.ts';
import { exitStatus } from './script/exit-status.ts';
import { foreignFolder } from './foreign-folder.ts';
import { unusableFolder } from './unusable-folder.ts';
import { neededPrograms } from './name-missing-programs.ts';
import { parseProbe } from './parse-probe.ts';
import { noFolderNote, noLinkNote, notEnteredNote, programs, quickPrograms } from './script/programs.ts';
import type { Shell, ShellRequest, ShellResult } from './shell.ts';
import { epochRefused, startOnNode } from './job/start-on-node.ts';
import { KeyedMutex } from './copy/keyed-mutex.ts';
import { errorInText, missingProgramIn, programStatus } from '../domain/failure/system-error.ts';
import type { Hint } from '../domain/failure/hint.ts';

/** A position in a log takes a line of at most this many bytes. */
const positionBytesMax = 32;

const escapeRegex = (text: string): string => text.replaceAll(/[.*[\]^$\\]/g, '\\$&');

/**
 * Returns a machine whose methods run our programs through a shell. The machine for this computer and the machine for ssh differ only in the shell.
 */
export function shellMachine(
  { node, owner, folder, connect, place, logs = logLimitsDefault, limits = {} }: NodeAddress,
  shell: Shell,
  remote: Remote,
  closeMore: () => Promise<void> = async () => undefined,
): Machine {
  const shortMs = limits.commandMs ?? commandLimits.shortMsMax;
  // `cd` would read a folder name that begins with a dash as an option.
  const entered = folder.startsWith('-') ? `./${folder}` : folder;
  const enterAt = (key = ''): readonly string[] => [entered, owner.id, owner.says, owner.isUpgraded ? 'old' : 'new', key];
  const script = async (request: ShellRequest, key = place?.()): Promise<ShellResult> => {
    const result = await runEntered(shell, { ...request, args: [...enterAt(key), ...request.args] });
    const foreign = foreignFolder({ node, owner, folder, connect }, result);
    if (foreign !== undefined) throw foreign;
    if (result.code === exitStatus.noFolder && result.stderr.includes(noLinkNote))
      throw failed(`use the folder ${folder}`, result, {
        say: `another ${clusterKey('folder')} of the node in the cluster file, on a file system with hard links, such as ext4 or xfs`,
      });
    if (result.code === exitStatus.noFolder && result.stderr.includes(noFolderNote))
      throw errorInText(result.stderr) === 'disk-full'
        ? failed(`enter the folder ${folder}`, result, { say: 'freeing space there' })
        : unusableFolder({ node, folder }, result.stderr);
    return result;
  };
  const failed = (what: string, result: ShellResult, hint: Hint): RingmasterError => {
    const full = errorInText(result.stderr) === 'disk-full';
    const tool = result.code === exitStatus.noTool || result.code === programStatus.notFound ? missingProgramIn(result.stderr) : undefined;
    return new RingmasterError(full ? 'job.disk-full' : tool !== undefined ? 'transport.no-shell-tool' : 'transport.command', {
      cannot: `${what} on ${node}`,
      because: full
        ? 'its disk is full'
        : result.stderr.trim().slice(-commandLimits.stderrCharsMax) || `the command ended with ${result.code ?? result.signal}`,
      hint: full ? { say: 'freeing space there' } : tool !== undefined ? { say: `installing ${tool} there` } : hint,
      fields: { node },
    });
  };
  const expectOk = (what: string, result: ShellResult): ShellResult => {
    if (result.code !== 0) throw failed(what, result, { say: 'mending there what the message quotes', run: `ringmaster node show ${node}` });
    return result;
  };
  const expectLog = (job: JobRef, stream: LogStream, result: ShellResult): ShellResult => {
    const what = `read the ${stream} of ${jobKey(job)}`;
    if (result.code === exitStatus.missing)
      throw failed(what, result, {
        say: 'how the try went, because a try that was never started has no log',
        run: `ringmaster explain ${jobKey(job)}`,
      });
    return expectOk(what, result);
  };
  const busy = (what: string, because: string): RingmasterError =>
    new RingmasterError('transport.busy', { cannot: `${what} on ${node}`, because, hint: { say: 'stopping it first' }, fields: { node } });
  const text = (result: ShellResult): string => result.stdout.toString('utf8').trim();
  const mark = (job: JobRef): string => `${owner.id}/${jobKey(job)}`;
  const stop: Machine['stop'] = async (job, graceMs, { empties = false } = {}) => {
    const result = await script({
      script: programs.stop,
      args: [job.item, String(job.epoch), mark(job), String(graceMs), empties ? String(logs.homeBytesMax) : ''],
      timeoutMs: graceMs * 2 + shortMs,
    });
    return { stopped: Number(text(expectOk(`stop ${jobKey(job)}`, result))) };
  };
  const lookAt = async (jobs: readonly LookedAt[], waitMs: number): Promise<readonly JobObservation[]> => {
    const result = await script({
      script: programs.look,
      args: [String(waitMs / 1_000), String(logs.homeBytesMax), ...jobs.flatMap((job) => [jobFolder(job), mark(job), String(job.readTo ?? 0)])],
      timeoutMs: waitMs + shortMs,
      outputBytesMax: jobLimits.lookBytesMax,
    });
    return parseLook(node, jobs, expectOk('look at jobs', result).stdout, Date.now());
  };
  let root: string | undefined;
  const rootFolder = async (): Promise<string> =>
    (root ??= text(expectOk('find the folder', await script({ script: programs.root, args: [], timeoutMs: shortMs }))));
  const tools: CopyTools = { node, remote, script, entered: () => enterAt(place?.()) };
  const copies = new KeyedMutex();

  const listOld = async (ageMs: number, which: 'all' | 'held'): Promise<readonly OldJob[]> => {
    const args = [String(Math.ceil(ageMs / 60_000)), String(oldJobsMax), owner.id, which];
    return parseOldJobs(text(expectOk('list old jobs', await script({ script: programs.listOld, args, timeoutMs: shortMs }))));
  };
  return {
    node,
    run: (request) => runProgram(owner.id, script, request),
    start: async (request) => startOnNode({ node, clusterId: owner.id, logs, root: await rootFolder(), script, failed, shortMs }, request),
    look: async (jobs, waitMs = 0) => {
      // The words of very many jobs do not fit into one argument of a program. The end of a job ends one of the waits, and the others last for their time.
      const parts = Array.from({ length: Math.ceil(jobs.length / jobLimits.lookJobsMax) }, (_, part) =>
        jobs.slice(part * jobLimits.lookJobsMax, (part + 1) * jobLimits.lookJobsMax),
      );
      return (await Promise.all(parts.map((part) => lookAt(part, waitMs)))).flat();
    },
    readLog: async (job, stream, bytesMax) => {
      const result = await script({
        script: programs.readLog,
        args: [jobFolder(job), stream === 'stdout' ? 'out' : 'err', String(bytesMax)],
        timeoutMs: shortMs,
        outputBytesMax: bytesMax,
      });
      return expectLog(job, stream, result).stdout;
    },
    readLogAfter: async (job, stream, after, bytesMax) => {
      const result = await script({
        script: programs.readLog,
        args: [jobFolder(job), stream === 'stdout' ? 'out' : 'err', String(bytesMax), String(after)],
        timeoutMs: shortMs,
        outputBytesMax: bytesMax + positionBytesMax,
      });
      const { stdout } = expectLog(job, stream, result);
      const line = stdout.indexOf('\n');
      return { end: Number(stdout.subarray(0, line).toString('utf8')), bytes: stdout.subarray(line + 1) };
    },
    stop,
    stopAll: async (graceMs, longestGraceMs = graceMs) => {
      const result = await script({
        script: programs.stopAll,
        args: [escapeRegex(owner.id), String(graceMs)],
        timeoutMs: longestGraceMs * 2 + shortMs,
      });
      return { stopped: Number(text(expectOk('stop all jobs', result))) };
    },
    purge: async () => {
      const args = nodeFolderNames.filter((name) => name !== ownerFile);
      return (
        text(expectOk(`clear the folder ${folder}`, await script({ script: programs.purge, args, timeoutMs: commandLimits.purgeMsMax }))) || undefined
      );
    },
    manifest: async (job) => {
      const result = await script({
        script: programs.manifest,
        args: [jobFolder(job), mark(job)],
        timeoutMs: jobLimits.manifestMsMax,
        outputBytesMax: jobLimits.lookBytesMax,
      });
      if (result.code === exitStatus.missing) throw noManifest(job, node);
      if (result.code === exitStatus.busy)
        throw busy(`accept the outputs of ${jobKey(job)}`, `processes that its program left running do not end: ${text(result)}`);
      if (result.truncated) throw cutManifest(job, node);
      return parseManifestAnswer(job, node, expectOk('read a manifest', result).stdout.toString('utf8'));
    },
    settle: async (job, rules) => {
      const what = `keep the outputs of ${jobKey(job)}`;
      const moved = rules.flatMap(({ path, to }) => (to.startsWith('dataset:') ? [path, to.slice('dataset:'.length)] : []));
      if (moved.length === 0) return;
      const result = await script({ script: programs.settle, args: [job.item, String(job.epoch), ...moved], timeoutMs: shortMs });
      if (result.code === exitStatus.fenced) throw epochRefused(what, job.item, node, text(result));
      if (result.code === exitStatus.missing)
        throw new RingmasterError('job.no-output', {
          cannot: `${what} on ${node}`,
          because: `it has no output ${text(result)}`,
          hint: { say: 'comparing the outputs of the item with what its program writes' },
          fields: { node, item: job.item },
        });
      expectOk(what, result);
    },
    forget: async (jobs) => {
      if (jobs.length === 0) return;
      const args = jobs.flatMap(({ item, epoch }) => [item, String(epoch)]);
      const result = await script({ script: programs.forget, args, timeoutMs: shortMs });
      const what = `remove the folders of ${jobs.length} jobs`;
      if (result.code === exitStatus.busy) throw busy(what, `these could not be removed, or still run: ${text(result).replaceAll('\n', ', ')}`);
      expectOk(what, result);
    },
    oldJobs: (ageMs) => listOld(ageMs, 'all'),
    heldJobs: async (ageMs) => (await listOld(ageMs, 'held')).map(({ item, epoch }) => ({ item, epoch })),
    removeGames: (past, ageMs) => {
      const remove = async (args: readonly string[]): Promise<ShellResult> =>
        expectOk('remove old games', await script({ script: programs.removeGames, args, timeoutMs: shortMs }));
      return removeGames({ past, ageMs, copies, remove });
    },
    read: async (path, { offset = 0, bytesMax }) => {
      const from = offset < 0 ? String(offset) : `+${offset + 1}`;
      const result = await script({
        script: programs.readFile,
        args: [path, from, String(bytesMax)],
        timeoutMs: shortMs,
        // The program prints at most `bytesMax` bytes. The limit must also leave room for the reason of a failure.
        outputBytesMax: Math.max(bytesMax, commandLimits.outputBytesMax),
      });
      return expectOk(`read ${path}`, result).stdout;
    },
    copy: (request) => copies.runExclusive(copyKey(request), () => copy(tools, request)),
    probe: async () => {
      const beganAt = performance.now();
      const result = await script({ script: programs.probe, args: neededPrograms, timeoutMs: limits.probeMs ?? commandLimits.probeMsMax }, '');
      const seen = parseProbe(text(expectOk('look at the machine', result)), connect.type === 'local');
      return { ...seen, latencyMs: performance.now() - beganAt, ...given({ through: shell.through?.(), noise: shell.noise?.() }) };
    },
    close: async () => {
      await shell.close();
      await closeMore();
    },
  };
}

/** Runs the quick form of a program. The other form runs when the quick one did nothing: the cluster does not own the folder yet, or may not act there. */
async function runEntered(shell: Shell, request: ShellRequest): Promise<ShellResult> {
  const quick = quickPrograms.get(request.script);
  if (quick !== undefined) {
    const result = await shell.exec({ ...request, script: quick });
    if (result.code !== exitStatus.notEntered || !result.stderr.split('\n').includes(notEnteredNote)) return result;
  }
  return shell.exec(request);
}

const copyKey = (request: CopyRequest): string => {
  switch (request.type) {
    case 'push-tree':
      return `push ${request.dataset}`;
    case 'push-blob':
      return `push ${request.sha256}`;
    case 'pull-tree':
      return pullKey(request.dataset);
    case 'pull-output':
      return `pull ${request.to}`;
  }
};

async function copy(tools: CopyTools, request: CopyRequest): Promise<CopyResult> {
  try {
    switch (request.type) {
      case 'push-tree':
        return await pushTree(tools, request);
      case 'pull-tree':
        return await pullTree(tools, request);
      case 'push-blob':
        return await pushBlob(tools, request);
      case 'pull-output':
        return await pullOutput(tools, request);
    }
  } catch (error) {
    throw copyFailure(tools.node, error);
  }
}
