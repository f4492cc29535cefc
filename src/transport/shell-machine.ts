import { RingmasterError } from '../domain/failure/error.ts';
import type { JobRef } from '../domain/ids.ts';
import { pullOutput, pushBlob } from './copy/copy-file.ts';
import type { CopyRequest, CopyResult, Machine, NodeAddress } from './machine.ts';
import { parseLook } from './job/parse-look.ts';
import { noManifest, parseManifestAnswer } from './job/parse-manifest.ts';
import { pullTree } from './copy/pull-tree.ts';
import type { CopyTools } from './copy/copy-tools.ts';
import { pushTree } from './copy/push-tree.ts';
import { quote } from './quote.ts';
import type { Remote } from './copy/remote.ts';
import { copyFailure } from './copy/transfer-failure.ts';
import { runProgram } from './job/run-program.ts';
import { lookScript } from './script/look.ts';
import { manifestScript, settleScript } from './script/output.ts';
import { probeScript } from './script/probe.ts';
import { forgetScript, stopAllScript, stopScript } from './script/stop.ts';
import type { Shell, ShellRequest, ShellResult } from './shell.ts';
import { epochRefused, startJob } from './job/start-job.ts';
import { KeyedMutex } from './copy/keyed-mutex.ts';
import { fullDiskWords } from '../domain/node/full-disk.ts';
import type { Hint } from '../domain/failure/hint.ts';

const shortMs = 20_000;
const probeMs = 5_000;
const sumMsMax = 30 * 60_000;
const lookBytesMax = 32 * 1024 * 1024;
const noFolder = 'ringmaster: cannot enter the folder';

const folderOf = ({ item, epoch }: JobRef): string => `jobs/${item}/${epoch}`;
const escapeRegex = (text: string): string => text.replaceAll(/[.*[\]^$\\]/g, '\\$&');

/** Every verb of a Machine on top of a shell: local and ssh differ only in that. */
export function shellMachine(
  { node, cluster, folder }: NodeAddress,
  shell: Shell,
  remote: Remote,
  closeMore: () => Promise<void> = async () => undefined,
): Machine {
  const at = quote(folder.startsWith('-') ? `./${folder}` : folder);
  const enter = `cd ${at} 2>/dev/null || { mkdir -p ${at} && chmod 700 ${at} && cd ${at}; } || { echo '${noFolder}' >&2; exit 71; }\n`;
  const script = async (request: ShellRequest): Promise<ShellResult> => {
    const result = await shell.exec({ ...request, script: enter + request.script });
    if (result.code === 71 && result.stderr.includes(noFolder)) throw failed(`enter the folder ${folder}`, result, { say: 'its owner and mode' });
    return result;
  };
  const failed = (what: string, result: ShellResult, hint: Hint): RingmasterError => {
    // dash says no more than "echo: I/O error" when its own echo meets a full disk.
    const full = fullDiskWords.test(result.stderr) || result.stderr.includes('echo: I/O error');
    const tool = /([\w.-]+): (?:command )?not found/.exec(result.stderr)?.[1];
    return new RingmasterError(full ? 'job.disk-full' : tool !== undefined ? 'transport.no-shell-tool' : 'transport.command', {
      cannot: `${what} on ${node}`,
      because: full ? 'its disk is full' : result.stderr.trim().slice(-500) || `the command ended with ${result.code ?? result.signal}`,
      hint: full ? { say: 'freeing space there' } : tool !== undefined ? { say: `installing ${tool} there` } : hint,
      fields: { node },
    });
  };
  const expectOk = (what: string, result: ShellResult): ShellResult => {
    if (result.code !== 0) throw failed(what, result, { run: `ringmaster node show ${node}` });
    return result;
  };
  const busy = (what: string, because: string): RingmasterError =>
    new RingmasterError('transport.busy', { cannot: `${what} on ${node}`, because, hint: { say: 'stopping it first' }, fields: { node } });
  const text = (result: ShellResult): string => result.stdout.toString('utf8').trim();
  const mark = (job: JobRef): string => `${cluster}/${job.item}/${job.epoch}`;
  const stop = async (job: JobRef, graceMs: number): Promise<{ readonly stopped: number }> => {
    const result = await script({
      script: stopScript,
      args: [job.item, String(job.epoch), mark(job), String(graceMs)],
      timeoutMs: graceMs * 2 + shortMs,
    });
    return { stopped: Number(text(expectOk(`stop ${job.item}/${job.epoch}`, result))) };
  };
  let root: string | undefined;
  const rootFolder = async (): Promise<string> =>
    (root ??= text(expectOk('find the folder', await script({ script: 'pwd', args: [], timeoutMs: shortMs }))));
  const tools: CopyTools = { node, remote, script };
  const copies = new KeyedMutex();

  return {
    node,
    run: (request) => runProgram(cluster, script, request),
    start: async (request) => startJob({ node, cluster, root: await rootFolder(), script, failed }, request),
    look: async (jobs, waitMs = 0) => {
      if (jobs.length === 0) return [];
      const args = [String(waitMs / 1_000), ...jobs.map(folderOf)];
      const result = await script({ script: lookScript, args, timeoutMs: waitMs + shortMs, outputBytesMax: lookBytesMax });
      return parseLook(jobs, expectOk('look at jobs', result).stdout, Date.now());
    },
    stop,
    stopAll: async (graceMs) => {
      const result = await script({ script: stopAllScript, args: [escapeRegex(cluster), String(graceMs)], timeoutMs: graceMs * 2 + shortMs });
      return { stopped: Number(text(expectOk('stop all jobs', result))) };
    },
    manifest: async (job) => {
      const result = await script({ script: manifestScript, args: [folderOf(job), mark(job)], timeoutMs: sumMsMax, outputBytesMax: lookBytesMax });
      if (result.code === 66) throw noManifest(job, node);
      if (result.code === 75) throw busy(`accept the outputs of ${job.item}/${job.epoch}`, 'what its program left running would not end');
      return parseManifestAnswer(job, node, expectOk('read a manifest', result).stdout.toString('utf8'));
    },
    settle: async (job, rules) => {
      const what = `keep the outputs of ${job.item}/${job.epoch}`;
      const moved = rules.flatMap(({ path, to }) => (to.startsWith('dataset:') ? [path, to.slice('dataset:'.length)] : []));
      if (moved.length === 0) return;
      const result = await script({ script: settleScript, args: [job.item, String(job.epoch), ...moved], timeoutMs: shortMs });
      if (result.code === 74) throw epochRefused(what, job.item, node, text(result));
      if (result.code === 66)
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
      const result = await script({ script: forgetScript, args, timeoutMs: shortMs });
      const what = `remove the folders of ${jobs.length} jobs`;
      if (result.code === 75) throw busy(what, `these could not be removed, or still run: ${text(result).replaceAll('\n', ', ')}`);
      expectOk(what, result);
    },
    read: async (path, { offset = 0, bytesMax }) => {
      const from = offset < 0 ? `-c ${-offset}` : `-c +${offset + 1}`;
      const result = await script({
        script: `[ -r "$1" ] || { echo "$1 is not there" >&2; exit 66; }; tail ${from} "$1" | head -c ${bytesMax}`,
        args: [path],
        timeoutMs: shortMs,
        outputBytesMax: bytesMax,
      });
      return expectOk(`read ${path}`, result).stdout;
    },
    write: async (path, data, mode = 0o600) => {
      const take =
        'umask 077; mkdir -p "$(dirname "$1")" || exit 1; new=$1.new.$$; { cat >"$new" && chmod "$2" "$new" && mv -f "$new" "$1"; } || { rm -f "$new"; exit 1; }';
      expectOk(`write ${path}`, await script({ script: take, args: [path, mode.toString(8)], stdin: data, timeoutMs: shortMs }));
    },
    copy: (request) => copies.runExclusive(copyKey(request), () => copy(tools, request)),
    probe: async () => {
      const beganAt = performance.now();
      const result = await script({ script: probeScript, args: [], timeoutMs: probeMs });
      const [bootId = '', load1 = '0', freeKib = '0', alive = 'no'] = text(expectOk('look at the machine', result)).split(' ');
      const through = shell.through?.();
      return {
        bootId,
        load1: Number(load1),
        diskFreeBytes: Number(freeKib) * 1024,
        workerAlive: alive === 'yes',
        latencyMs: performance.now() - beganAt,
        ...(through === undefined ? {} : { through }),
      };
    },
    close: async () => {
      await shell.close();
      await closeMore();
    },
  };
}

const copyKey = (request: CopyRequest): string => {
  switch (request.type) {
    case 'push-tree':
      return `push ${request.dataset}`;
    case 'push-blob':
      return `push ${request.sha256}`;
    case 'pull-tree':
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
