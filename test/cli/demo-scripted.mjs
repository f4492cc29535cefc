/**
 * Runs `ringmaster` with a scripted cluster: a real CLI, a real HTTP server, and a real Temporal server, which serves the start of the pipeline. A
 * script replaces the nodes. The panel of docs/cli.md was made with this program.
 *   TEMPORAL_PORT, HTTP_PORT, STATE  ports and state folder
 *   SPEED      factor by which the script runs faster (1)
 *   BY_LOOKS   the script advances only when the status is read, so that a slow machine shows the same output
 *   STUCK      the script never ends
 *   DOWN_LOG   a file to which each `down` adds a line
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../dist/src/cli/main.js';
import { createHttpServer } from '../../dist/src/http/server.js';

const speed = Number(process.env.SPEED ?? 1);
const { STATE: state, DOWN_LOG: downLog } = process.env;
const httpPort = Number(process.env.HTTP_PORT);
const temporalPort = Number(process.env.TEMPORAL_PORT);
const name = 'connect-four';
/** The pipeline rests this long before its first turn, so that the demo has to request turns. */
const restSeconds = 1.5;
const bornMs = Date.now();
let looks = 0;
const seconds = () => (process.env.BY_LOOKS === undefined ? ((Date.now() - bornMs) / 1000) * speed : looks * 0.7);
/** Returns the real time at which the clock of the script shows `second`. */
const at = (second) => Date.now() - ((seconds() - restSeconds - second) / speed) * 1000;
let fault;

const stages = [
  ['self-play', 0, 4],
  ['sync', 4, 0.7],
  ['consolidate', 4.7, 0.5],
  ['export', 5.2, 0.5],
  ['train', 5.7, 1.5],
  ['evaluate', 7.2, 2],
  ['promote', 9.2, 0.4],
  ['distribute', 9.6, 0.4],
];
const turnSeconds = 10;
const turns = 2;

function statusNow() {
  looks += 1;
  const t = Math.max(0, seconds() - restSeconds);
  const ended = process.env.STUCK === undefined && t >= turns * turnSeconds;
  const turn = Math.min(turns, Math.floor(t / turnSeconds) + 1);
  const inTurn = ended ? turnSeconds : process.env.STUCK === undefined ? t % turnSeconds : Math.min(t, 3);
  const rests = seconds() < restSeconds;
  const [stage, begin] = rests ? ['idle', 0] : ended ? ['idle', turnSeconds] : stages.findLast(([, from]) => inTurn >= from);
  const start = (turn - 1) * turnSeconds;
  const jobs = (stage === 'self-play' ? ['a', 'a', 'b', 'b', 'c', 'c'] : []).map((node, i) => ({
    item: `cf.${turn}.self-play.${i}`,
    epoch: 1,
    kind: 'self-play',
    pipeline: name,
    turn,
    node,
    state: 'running',
    startedAtMs: at(start + i / 10),
  }));
  const recent = [];
  if (fault !== undefined) {
    const old = jobs.findIndex((job) => job.item === fault.item);
    const since = t - fault.at;
    const base = { item: fault.item, kind: 'self-play', pipeline: name, turn: fault.turn };
    if (since > 0.8) {
      if (old >= 0) jobs.splice(old, 1);
      recent.push({
        ...base,
        epoch: 1,
        node: fault.node,
        state: 'failed',
        startedAtMs: at(fault.at - 1),
        endedAtMs: at(fault.at + 0.8),
        failure: {
          code: 'job.killed',
          class: 'node-fault',
          message: 'Cannot finish because signal 9 ended it; try its log',
          fields: {},
          chain: ['exit code 137'],
        },
      });
    }
    if (since > 1.4 && since < 3) jobs.push({ ...base, epoch: 2, node: 'c', state: 'running', startedAtMs: at(fault.at + 1.4) });
    if (since >= 3)
      recent.unshift({ ...base, epoch: 2, node: 'c', state: 'completed', startedAtMs: at(fault.at + 1.4), endedAtMs: at(fault.at + 3) });
  }
  const models = Array.from({ length: turn }, (_, i) => i + 1)
    .filter((n) => n < turn || inTurn >= 7.2)
    .map((n) => ({
      id: `${name}.${n}`,
      pipeline: name,
      turn: n,
      sha256: 'ab'.repeat(32),
      state: n < turn || inTurn >= 9.2 ? 'champion' : 'candidate',
      elo: n * 90,
      eloError: 35,
      trainingSet: 'x',
      createdAtMs: at((n - 1) * turnSeconds + 7),
    }))
    .map((model, i, all) => (all[i + 1]?.state === 'champion' ? { ...model, state: 'retired' } : model));
  const champions = models.filter((one) => one.state !== 'candidate').length;
  const share = Math.min(1, Math.max(0, (inTurn - 7.2) / 2));
  return {
    v: 1,
    cluster: 'demo',
    readAtMs: Date.now(),
    processes: [{ name: 'control', pid: process.pid, state: 'running', restarts: 0, sinceMs: bornMs }],
    nodes: ['a', 'b', 'c'].map((node) => ({
      node,
      state: t < 0.5 ? 'joining' : 'alive',
      sinceMs: at(0.5),
      route: 'gateway',
      slots: 2,
      labels: [],
      evidence: 'probed in 3 ms',
      observedAtMs: Date.now(),
    })),
    queue: {
      pending: stage === 'self-play' ? 4 : 0,
      claimed: 0,
      running: jobs.length,
      completed: turn * 8,
      failed: 0,
      'timed-out': 0,
      cancelled: 0,
      dead: 0,
    },
    openJobs: jobs,
    recentJobs: recent,
    pipelines: [
      {
        name,
        turn: rests ? 0 : turn,
        stage,
        stageSinceMs: at(start + begin),
        detail: stage === 'train' ? 'train on b: 3/8' : stage,
        champion: champions === 0 ? `${name}.0` : `${name}.${champions}`,
        championElo: champions * 90,
        promotions: champions,
        games: 120 * (turn - 1) + Math.round(Math.min(1, inTurn / 4) * 120),
        ...(inTurn >= 7.2
          ? { evaluation: { candidate: `${name}.${turn}`, pairs: Math.round(share * 40), llr: share * 3.1, lower: -2.94, upper: 2.94 } }
          : {}),
      },
    ],
    recentSyncs: ['a', 'b', 'c'].flatMap((node) =>
      t > 4.7
        ? [
            {
              dataset: `games-${name}@${node}`,
              source: node,
              target: 'home',
              timestamp: new Date(at(4.6)).toISOString(),
              digest: 'x',
              files: 6,
              bytes: 200_000,
              durationMs: 90,
              state: 'completed',
            },
          ]
        : [],
    ),
    models,
    watches: [],
    nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 300 },
    temporalServer: 'own',
    temporalAddress: `127.0.0.1:${temporalPort}`,
    temporalUi: `http://127.0.0.1:${temporalPort + 1}`,
  };
}

const running = {
  config: {
    v: 1,
    cluster: 'demo',
    state,
    http: { host: '127.0.0.1', port: httpPort },
    temporal: { port: temporalPort, uiPort: temporalPort + 1, namespace: 'default' },
    nodes: ['a', 'b', 'c'].map((id) => ({ id })),
    pipelines: [{ name, turns }],
  },
  configEpoch: 1,
  temporalAddress: `127.0.0.1:${temporalPort}`,
  temporalEmbedded: true,
  source: 'scripted',
};
const unknown = () => undefined;
const server = createHttpServer({
  reads: { status: statusNow, items: () => [], item: unknown, jobs: () => [], isReady: () => ({ ready: true, reasons: [] }) },
});

const launcher = {
  up: async ({ say }) => {
    mkdirSync(join(state, 'run'), { recursive: true });
    writeFileSync(join(state, 'run', 'cluster.json'), JSON.stringify(running));
    await server.listen({ host: '127.0.0.1', port: httpPort });
    say('control running');
    return running;
  },
  down: async () => {
    appendFileSync(downLog, 'begin\n');
    await new Promise((resolve) => setTimeout(resolve, 600));
    await server.close();
    appendFileSync(downLog, 'end\n');
    return { stopped: ['control'] };
  },
  look: async () => ({ launcher: 'none', processes: [] }),
  findServer: async () => 'scripted',
  temporalCli: async () => 'scripted',
  isBuilt: async () => true,
  nodeFault: async () => undefined,
  addonFault: async () => undefined,
  demoFile: async () => 'scripted.yaml',
  plantFault: async ({ item, epoch, node }) => {
    fault = { item, node, at: seconds() - restSeconds, turn: Number(item.split('.')[1]) };
    return { pid: 4000 + epoch };
  },
};
process.exitCode = await main(process.argv.slice(2), launcher);
process.exit();
