/**
 * A stage for launcher tests: the launcher compiled into its own `dist`, with stand-ins where the leader's workers would be, and a real Temporal
 * server. Each scene has its own state folder and ports. What a scene leaves behind fails its test (`expectNothingLeft`).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { expect } from 'vitest';
import type * as CliVerbs from '../../workers/launcher/cli-verbs.ts';
import { isPortFree } from '../../src/system/port.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { temporalCli } from '../support/temporal-cli.ts';
import { allPids, commandOf, environmentOf } from '../../src/process/proc.ts';
import { identify, signal } from '../../src/process/process-identity.ts';

export type Verbs = typeof CliVerbs;

const root = fileURLToPath(new URL('../..', import.meta.url));
export const workerNames = ['ledger', 'gateway', 'control'] as const;
export const childNames = ['server', ...workerNames] as const;

export interface Stage {
  readonly dist: string;
  readonly verbs: Verbs;
  readonly close: () => void;
}

/** A stand-in does what `<state>/behave-<name>` says; nothing: it is a good worker. */
const standIn = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
const state = process.argv[process.argv.indexOf('--state') + 1];
const name = basename(dirname(process.argv[1]));
const order = join(state, 'behave-' + name);
const behaviour = existsSync(order) ? readFileSync(order, 'utf8').trim() : 'good';
if (behaviour === 'exit') { console.error('the ' + name + ' cannot open its file'); process.exit(7); }
if (behaviour === 'litter') spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();
process.on('SIGTERM', () => process.exit(0));
if (behaviour !== 'never-ready') writeFileSync(join(state, 'run', name + '.ready'), process.pid + '\\n');
setInterval(() => {}, 1000);
`;

export async function buildStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-stage-'));
  const dist = join(folder, 'dist');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    rootDir: root,
    outDir: dist,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    noCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const files = ['main.ts', 'cli-verbs.ts'].map((file) => join(root, 'workers/launcher', file));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { stdio: 'inherit' });
  for (const name of workerNames) {
    mkdirSync(join(dist, 'workers', name), { recursive: true });
    writeFileSync(join(dist, 'workers', name, 'main.js'), standIn);
  }
  const verbs = (await import(/* @vite-ignore */ pathToFileURL(join(dist, 'workers/launcher/cli-verbs.js')).href)) as Verbs;
  return { dist, verbs, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Scene {
  readonly folder: string;
  readonly cluster: string;
  readonly state: string;
  readonly clusterFile: string;
  readonly ports: readonly number[];
  readonly httpPort: number;
  readonly temporalPort: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes the cluster file again with these keys changed. */
  readonly change: (keys: Readonly<Record<string, unknown>>) => void;
  readonly behave: (name: string, behaviour: string) => void;
}

export async function openScene(
  options: { readonly statePath?: string; readonly nodes?: (ports: readonly number[]) => readonly unknown[] } = {},
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-scene-'));
  const state = join(folder, options.statePath ?? 'state');
  mkdirSync(state, { recursive: true });
  const cluster = `scene-${basename(folder).slice(-6).toLowerCase()}`;
  const ports = await freePorts(7);
  const [port = 0, uiPort = 0, metricsPort = 0, httpPort = 0, ...nodePorts] = ports;
  const clusterFile = join(folder, 'cluster.yaml');
  const keys = {
    // Of its own: everything that bears a cluster's mark is stopped by its `down`.
    cluster,
    state: options.statePath ?? 'state',
    temporal: { port, uiPort, metricsPort, retention: '7d' },
    http: { port: httpPort },
    nodes: options.nodes?.(nodePorts) ?? [{ id: 'here', local: true }],
  };
  const change = (more: Readonly<Record<string, unknown>>): void => writeFileSync(clusterFile, stringify({ ...keys, ...more }));
  change({});
  const env = { ...process.env, TEMPORAL_CLI_PATH: temporalCli() };
  return {
    folder,
    cluster,
    state,
    clusterFile,
    ports,
    httpPort,
    temporalPort: port,
    env,
    change,
    behave: (name, behaviour) => writeFileSync(join(state, `behave-${name}`), behaviour),
  };
}

/** Every process that was started for this state folder: launcher, server, workers, what they started. */
export const processesOf = (state: string): readonly { readonly pid: number; readonly mark: string; readonly command: string }[] =>
  allPids().flatMap((pid) => {
    const environment = environmentOf(pid);
    return pid !== process.pid && environment.get('RINGMASTER_STATE') === state && identify(pid) !== undefined
      ? [{ pid, mark: environment.get('RINGMASTER_MARK') ?? '', command: commandOf(pid).join(' ').slice(0, 200) }]
      : [];
  });

export async function listeners(ports: readonly number[]): Promise<readonly number[]> {
  const taken = await Promise.all(ports.map(async (port) => !(await isPortFree(port))));
  return ports.filter((_, index) => taken[index]);
}

export async function expectNothingLeft({ state, ports }: Scene): Promise<void> {
  expect(processesOf(state)).toEqual([]);
  expect(await listeners(ports)).toEqual([]);
}

/** Ends what a failed test may have left. */
export function closeScene({ folder, state }: Scene): void {
  const launchersFirst = processesOf(state).toSorted((a, b) => Number(b.mark.endsWith('/launcher')) - Number(a.mark.endsWith('/launcher')));
  for (const { pid } of launchersFirst) {
    const identity = identify(pid);
    if (identity !== undefined) signal(identity, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export const launcherGone = (pid: number) => eventually('the launcher is gone', () => identify(pid) === undefined);
