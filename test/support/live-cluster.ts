/**
 * A whole cluster for a story test: a real Temporal server, real workers, and three practice nodes, each with a real sshd. The tests control the
 * cluster with `bin/ringmaster`, as an operator does, and read its state over HTTP. All files are in one temporary folder. The ports are chosen among
 * free ports.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import type { DaemonView } from '../../src/domain/daemon/daemon.ts';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { ItemFacts } from '../../src/domain/item/view.ts';
import { enqueueItems } from '../../src/service/item/enqueue-items.ts';
import { parseItemSpecs } from '../../src/service/item/parse-item-spec.ts';
import { connect } from '../../src/service/temporal/connect.ts';
import { freePorts } from './free-ports.ts';
import { descendants, isSshd, readMarks, rememberStateFolder } from './processes.ts';
import { eventually } from './eventually.ts';

const run = promisify(execFile);
const root = join(dirname(new URL(import.meta.url).pathname), '../..');
export const toyPayload = join(root, 'test/payload/toy');

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LiveCluster {
  readonly name: string;
  readonly folder: string;
  readonly state: string;
  /** The port of the health checks. */
  readonly healthPort: number;
  readonly file: string;
  cli: (...args: string[]) => Promise<CommandResult>;
  up: () => Promise<void>;
  /** Stops the cluster, and removes the practice users, their homes and the folder. */
  destroy: () => Promise<void>;
  status: () => Promise<ClusterStatus>;
  /** Reads a path of the HTTP server. Returns undefined for a path that has nothing. */
  get: (path: string) => Promise<unknown>;
  /** Returns the text of `/metrics`. */
  metrics: () => Promise<string>;
  /** Throws when the cluster has no such daemon. */
  daemon: (id: string) => Promise<DaemonView>;
  item: (id: string) => Promise<ItemFacts | undefined>;
  /** Polls until `seen` returns a value, for at most `seconds`. `what` names the awaited event for the error. */
  until: <T>(what: string, seconds: number, seen: (status: ClusterStatus) => T | undefined | false | Promise<T | undefined | false>) => Promise<T>;
  pid: (name: string) => number;
  nodeFolder: (node: string) => string;
  /** Enqueues items as `queue add` does, and fills in the fields that an item lacks. No process of the command line starts, because it takes a second. */
  add: (...items: Readonly<Record<string, unknown>>[]) => Promise<void>;
  /** Freezes the node's sshd and kills its sessions, while the node's jobs continue. Returns a function that thaws the sshd. */
  cutOff: (node: string) => Promise<() => void>;
  marks: () => readonly number[];
}

/** Returns the specifications of three practice nodes. An item with the label `on-<id>` runs only on node `<id>`. Node `a` has a resident worker. */
export async function labelledNodes(slots: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const ports = await freePorts(3);
  return ['a', 'b', 'c'].map((id, index) => ({
    id,
    practice: { port: ports[index] },
    slots,
    labels: [`on-${id}`],
    ...(id === 'a' ? { worker: 'resident' } : {}),
  }));
}

let made = 0;

export interface ClusterParts {
  readonly pipelines?: readonly Readonly<Record<string, unknown>>[];
  readonly limits?: Readonly<Record<string, string>>;
  readonly nodes?: readonly Readonly<Record<string, unknown>>[];
  readonly requireKey?: boolean;
  readonly datasets?: readonly Readonly<Record<string, unknown>>[];
  /** Variables of the shell in which an operator runs `ringmaster`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly daemons?: readonly Readonly<Record<string, unknown>>[];
  /** The channels of alerts. */
  readonly channels?: readonly Readonly<Record<string, unknown>>[];
  /** A part of the name of the cluster's folder. */
  readonly folderName?: string;
}

export async function makeCluster({
  pipelines = [],
  limits = {},
  nodes,
  requireKey = false,
  env: more = {},
  datasets = [],
  daemons = [],
  channels = [],
  folderName = '',
}: ClusterParts): Promise<LiveCluster> {
  made += 1;
  const name = `t${process.pid % 100_000}-${made}`;
  const folder = mkdtempSync(join(tmpdir(), `rm-story-${folderName}`));
  const [temporal = 0, ui = 0, metrics = 0, http = 0, health = 0, ...ssh] = await freePorts(8);
  const file = join(folder, 'cluster.yaml');
  const state = join(folder, 'state');
  rememberStateFolder(name, state);
  const ids = ['a', 'b', 'c'];
  writeFileSync(
    file,
    stringify({
      cluster: name,
      state,
      temporal: { port: temporal, uiPort: ui, metricsPort: metrics, requireKey },
      http: { port: http, healthPort: health },
      limits: { suspectAfter: '3s', unreachableAfter: '8s', lostAfter: '10m', ...limits },
      nodes:
        nodes ??
        ids.map((id, index) => ({
          id,
          practice: { port: ssh[index] },
          slots: 2,
          ...(index === 0 ? { worker: 'resident' } : { labels: ['agentless', id] }),
        })),
      pipelines,
      datasets,
      daemons,
      alerts: { channels },
    }),
  );
  const env = { ...process.env, ...more, RINGMASTER_STATE: state, XDG_STATE_HOME: join(folder, 'xdg'), NO_COLOR: '1' };
  const cli = async (...args: string[]): Promise<CommandResult> => {
    try {
      return { code: 0, ...(await run(join(root, 'bin/ringmaster'), args, { env, timeout: 150_000, maxBuffer: 64 * 1024 * 1024 })) };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: typeof code === 'number' ? code : -1, stdout, stderr };
    }
  };
  const must = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    if (code !== 0) throw new Error(`ringmaster ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  };
  const ask = async (path: string): Promise<Response | undefined> => {
    const response = await fetch(`http://127.0.0.1:${http}${path}`, { signal: AbortSignal.timeout(5_000) });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  };
  const get = async (path: string): Promise<unknown> => (await ask(path))?.json();
  const metricsText = async (): Promise<string> => (await (await ask('/metrics'))?.text()) ?? '';
  const status = async (): Promise<ClusterStatus> => (await get('/status')) as ClusterStatus;
  const pid = (process: string): number => (JSON.parse(readFileSync(join(state, 'run', `${process}.json`), 'utf8')) as { pid: number }).pid;
  return {
    name,
    folder,
    state,
    healthPort: health,
    file,
    cli,
    up: async () => void (await must('up', '--file', file)),
    destroy: async () => {
      await must('down', '--state', state, '--purge');
      rmSync(folder, { recursive: true, force: true });
    },
    status,
    get,
    metrics: metricsText,
    daemon: async (id) => {
      const found = (await get(`/daemons/${id}`)) as DaemonView | undefined;
      if (found === undefined) throw new Error(`no daemon ${id}`);
      return found;
    },
    item: async (id) => (await get(`/queue/${id}`)) as ItemFacts | undefined,
    until: async (what, seconds, seen) => {
      let last: unknown;
      return eventually(
        what,
        async () => {
          try {
            const now = await status();
            last = {
              queue: now.queue,
              pipelines: now.pipelines,
              nodes: now.nodes.map((node) => `${node.node} ${node.state} ${node.evidence}`),
              open: now.openJobs,
            };
            return await seen(now);
          } catch (error) {
            // A request may fail, because some story tests kill the control process. The time limit then still applies.
            last = error;
            return undefined;
          }
        },
        { limitMs: seconds * 1_000, everyMs: 200, lastSeen: () => (last instanceof Error ? last.message : JSON.stringify(last, null, 1)) },
      );
    },
    pid,
    nodeFolder: (node) =>
      (
        JSON.parse(readFileSync(join(state, 'run', 'cluster.json'), 'utf8')) as { config: { nodes: { id: string; folder: string }[] } }
      ).config.nodes.find((one) => one.id === node)?.folder ?? '',
    add: async (...specs) => {
      const { client, close } = await connect(requireRunningCluster(state));
      try {
        await enqueueItems(client, parseItemSpecs(specs));
      } finally {
        await close();
      }
    },
    cutOff: async (node) => {
      const listener = pid(`sshd-${node}`);
      process.kill(listener, 'SIGSTOP');
      for (const child of descendants(listener)) if (isSshd(child)) process.kill(child, 'SIGKILL');
      return () => process.kill(listener, 'SIGCONT');
    },
    marks: () => readMarks(name),
  };
}

/**
 * Returns a pipeline of the toy payload, which has the shape of a real payload and plays no game. `ms` says how long a job of each kind runs. With
 * `hold`, the jobs of turn 3 run until a file in the folder `hold` releases them (see the payload).
 */
export const toyPipeline = (
  ms: { readonly selfPlay: number; readonly train: number; readonly evaluate: number; readonly hold?: string; readonly same?: string },
  more: Readonly<Record<string, unknown>> = {},
) => {
  const stage = (kind: string, time: number) => ({
    command: [process.execPath, '{payload}/toy.mjs', kind],
    run: '5m',
    silent: '60s',
    env: { TOY_MS: String(time), ...(ms.hold === undefined ? {} : { TOY_HOLD: ms.hold }), ...(ms.same === undefined ? {} : { TOY_SAME: ms.same }) },
  });
  return {
    name: 'toy',
    payload: toyPayload,
    seed: 1,
    turns: 0,
    games: { perTurn: 60, perItem: 10, windowTurns: 2 },
    exploration: 0.1,
    selfPlay: stage('self-play', ms.selfPlay),
    train: stage('train', ms.train),
    evaluate: stage('evaluate', ms.evaluate),
    gate: { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 120, pairsPerItem: 20 },
    ...more,
  };
};
