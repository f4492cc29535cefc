import { RingmasterError } from '../domain/failure.ts';
import type { JobRef } from '../domain/ids.ts';
import { pullOutput, pushBlob } from './copy-file.ts';
import { parseLook } from './parse-look.ts';
import { parseManifest } from './parse-manifest.ts';
import type { CopyRequest, Machine, NodeAddress, RunRequest, StartRequest } from './machine.ts';
import { pullTree } from './pull-tree.ts';
import { type CopyTools, pushTree } from './push-tree.ts';
import type { Remote } from './rsync.ts';
import { quote } from './quote.ts';
import { lookScript } from './script/look.ts';
import { manifestScript, settleScript } from './script/output.ts';
import { probeScript } from './script/probe.ts';
import { startScript } from './script/start.ts';
import { stopAllScript, stopScript } from './script/stop.ts';
import type { Shell, ShellRequest, ShellResult } from './shell.ts';

const shortMs = 20_000;
const sumMsMax = 30 * 60_000;

const folderOf = ({ item, epoch }: JobRef): string => `jobs/${item}/${epoch}`;

/** Every verb of a Machine on top of a shell: local and ssh differ only in that. */
export function shellMachine({ node, cluster, folder }: NodeAddress, shell: Shell, remote: Remote, closeMore: () => Promise<void> = async () => undefined): Machine {
  const enter = `cd ${quote(folder)} 2>/dev/null || { mkdir -p ${quote(folder)} && chmod 700 ${quote(folder)} && cd ${quote(folder)}; } || exit 71\n`;
  const script = async (request: ShellRequest): Promise<ShellResult> => {
    const result = await shell.exec({ ...request, script: enter + request.script });
    if (result.code === 71) throw failed('transport.command', `enter the folder ${folder}`, result, 'its owner and mode');
    return result;
  };
  const failed = (code: 'transport.command' | 'transport.no-shell-tool' | 'job.disk-full', what: string, result: ShellResult, hint: string): RingmasterError => {
    const full = /No space left/.test(result.stderr);
    const tool = /(\w+): (?:command )?not found/.exec(result.stderr)?.[1];
    return new RingmasterError(full ? 'job.disk-full' : tool !== undefined ? 'transport.no-shell-tool' : code, {
      cannot: `${what} on ${node}`,
      because: full ? 'its disk is full' : result.stderr.trim().slice(-500) || `the command ended with ${result.code ?? result.signal}`,
      hint: full ? 'freeing space there' : tool !== undefined ? `installing ${tool} there` : hint,
      fields: { node },
    });
  };
  const expectOk = (what: string, result: ShellResult): ShellResult => {
    if (result.code !== 0) throw failed('transport.command', what, result, `\`ringmaster node show ${node}\``);
    return result;
  };
  const mark = (job: JobRef): string => `${cluster}/${job.item}/${job.epoch}`;
  const tools: CopyTools = { node, remote, script };

  const start = async (request: StartRequest) => {
    const { job, argv, env, seed, requestJson, payload, inputs, limits } = request;
    const name = `${job.item}/${job.epoch}`;
    const root = (await script({ script: 'pwd', args: [], timeoutMs: shortMs })).stdout.toString('utf8').trim();
    const payloadFolder = payload === undefined ? '' : `${root}/replicas/${payload.dataset}/v/${payload.digest}`;
    const words = argv.map((word) => word.replaceAll('{payload}', payloadFolder));
    const result = await script({
      script: startScript,
      args: [
        job.item, String(job.epoch), mark(job), String(limits.selfFenceSeconds ?? 0), String(inputs.length),
        ...inputs.flatMap((input) => [input.name, input.sha256]),
        payloadFolder, String(seed),
        ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
        ...words,
      ],
      stdin: requestJson,
      timeoutMs: shortMs,
    });
    const text = result.stdout.toString('utf8').trim();
    const about = { fields: { node, item: job.item, epoch: job.epoch } };
    switch (result.code) {
      case 0:
      case 73: {
        const [pid = '0', startTicks = '0', bootId = ''] = text.split('\n').at(-1)?.split(' ') ?? [];
        return { pid: Number(pid), startTicks: Number(startTicks), bootId, adopted: result.code === 73 };
      }
      case 74:
        throw new RingmasterError('job.epoch-refused', { cannot: `start ${name} on ${node}`, because: `the node has seen epoch ${text} of it`, hint: `\`ringmaster explain ${job.item}\``, ...about });
      case 72:
        throw new RingmasterError('sync.interrupted', { cannot: `start ${name} on ${node}`, because: 'an input is no longer on the node', hint: 'again: it is sent anew', ...about });
      case 69:
        throw new RingmasterError('job.spawn-failed', { cannot: `start ${name} on ${node}`, because: `its program ${text} cannot be run there`, hint: 'installing it, its full path in the cluster file, or a label for nodes that have it', ...about });
      default:
        throw failed('transport.command', `start ${name}`, result, 'reading the folder of the job there');
    }
  };

  return {
    node,
    run: async ({ argv, cwd, env, stdin, timeoutMs, outputBytesMax, signal }: RunRequest) => {
      const result = await script({
        script: '[ -z "$1" ] || cd "$1" || exit 1; shift; exec env "$@"',
        args: [cwd ?? '', ...Object.entries(env ?? {}).map(([key, value]) => `${key}=${value}`), ...argv],
        ...(stdin === undefined ? {} : { stdin }),
        timeoutMs,
        ...(outputBytesMax === undefined ? {} : { outputBytesMax }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { ...result, stdout: result.stdout.toString('utf8') };
    },
    start,
    look: async (jobs) => {
      if (jobs.length === 0) return [];
      const result = expectOk('look at jobs', await script({ script: lookScript, args: jobs.map(folderOf), timeoutMs: shortMs, outputBytesMax: 16 * 1024 * 1024 }));
      return parseLook(jobs, result.stdout.toString('utf8'), Date.now());
    },
    stop: async (job, graceMs) => {
      const result = expectOk(`stop ${job.item}/${job.epoch}`, await script({ script: stopScript, args: [job.item, String(job.epoch), mark(job), String(graceMs)], timeoutMs: graceMs + shortMs }));
      return { stopped: Number(result.stdout.toString('utf8').trim()) };
    },
    stopAll: async (graceMs) => {
      const result = expectOk('stop all jobs', await script({ script: stopAllScript, args: [cluster, String(graceMs)], timeoutMs: graceMs + shortMs }));
      return { stopped: Number(result.stdout.toString('utf8').trim()) };
    },
    manifest: async (job) => {
      const result = await script({ script: manifestScript, args: [folderOf(job)], timeoutMs: sumMsMax, outputBytesMax: 8 * 1024 * 1024 });
      if (result.code === 66) {
        throw new RingmasterError('job.no-output', { cannot: `accept the outputs of ${job.item}/${job.epoch}`, because: 'it wrote no manifest.json', hint: 'having the program write it last, see docs/payload.md', fields: { node, item: job.item, epoch: job.epoch } });
      }
      return parseManifest(job, node, expectOk('read a manifest', result).stdout.toString('utf8'));
    },
    settle: async (job, rules) => {
      const moved = rules.flatMap(({ path, to }) => (to.startsWith('dataset:') ? [path, to.slice('dataset:'.length)] : []));
      if (moved.length === 0) return;
      const result = await script({ script: settleScript, args: [job.item, String(job.epoch), ...moved], timeoutMs: shortMs });
      if (result.code === 74) throw new RingmasterError('job.epoch-refused', { cannot: `keep the outputs of ${job.item}/${job.epoch}`, because: `node ${node} has seen a later epoch of it`, hint: `\`ringmaster explain ${job.item}\``, fields: { node } });
      expectOk(`keep the outputs of ${job.item}/${job.epoch}`, result);
    },
    forget: async (job) => {
      // What the program left running (it may have ended before its children) goes first: a folder with a live process is never removed.
      await script({ script: stopScript, args: [job.item, String(job.epoch), mark(job), '1000'], timeoutMs: shortMs });
      expectOk('remove a job folder', await script({ script: 'rm -rf "jobs/$1/$2"; rmdir "jobs/$1" 2>/dev/null; exit 0', args: [job.item, String(job.epoch)], timeoutMs: shortMs }));
    },
    read: async (path, { offset = 0, bytesMax }) => {
      const from = offset < 0 ? `tail -c ${-offset} -- "$1"` : `tail -c +${offset + 1} -- "$1"`;
      return expectOk(`read ${path}`, await script({ script: `[ -r "$1" ] || { echo "$1 is not there" >&2; exit 66; }; ${from} | head -c ${bytesMax}`, args: [path], timeoutMs: shortMs, outputBytesMax: bytesMax })).stdout;
    },
    write: async (path, data, mode = 0o600) => {
      expectOk(`write ${path}`, await script({ script: 'umask 077; mkdir -p "$(dirname "$1")" && cat >"$1.new" && chmod "$2" "$1.new" && mv -f "$1.new" "$1"', args: [path, mode.toString(8)], stdin: data, timeoutMs: shortMs }));
    },
    copy: (request: CopyRequest) => {
      switch (request.type) {
        case 'push-tree':
          return pushTree(tools, request);
        case 'pull-tree':
          return pullTree(tools, request);
        case 'push-blob':
          return pushBlob(tools, request);
        case 'pull-output':
          return pullOutput(tools, request);
      }
    },
    probe: async () => {
      const beganAt = performance.now();
      const result = expectOk('look at the machine', await script({ script: probeScript, args: [], timeoutMs: 5_000 }));
      const [bootId = '', load1 = '0', freeKib = '0', alive = 'no'] = result.stdout.toString('utf8').trim().split(' ');
      return { bootId, load1: Number(load1), diskFreeBytes: Number(freeKib) * 1024, workerAlive: alive === 'yes', latencyMs: performance.now() - beganAt };
    },
    close: async () => {
      await shell.close();
      await closeMore();
    },
  };
}
