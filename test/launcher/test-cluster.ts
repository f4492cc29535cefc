/** A cluster for one launcher test: a cluster file, a state folder and ports of its own, on a real Temporal server. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { expect } from 'vitest';
import { identify, signal } from '../../src/process/process-identity.ts';
import { allPids, commandOf, environmentOf } from '../../src/process/proc.ts';
import { isPortFree } from '../../src/system/port.ts';
import { eventually } from '../support/eventually.ts';
import { rememberStateFolder } from '../support/processes.ts';
import { freePorts } from '../support/free-ports.ts';
import { temporalCli } from '../support/temporal-cli.ts';

export interface TestCluster {
  readonly folder: string;
  readonly name: string;
  readonly state: string;
  readonly clusterFile: string;
  readonly ports: readonly number[];
  readonly httpPort: number;
  readonly temporalPort: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes the cluster file again with these keys changed. */
  readonly change: (keys: Readonly<Record<string, unknown>>) => void;
  /** Sets the behaviour of a fake worker (`build-launcher.ts`) for its next start. */
  readonly behave: (name: string, behaviour: string) => void;
}

export async function makeTestCluster(
  options: { readonly statePath?: string; readonly nodes?: (ports: readonly number[]) => readonly unknown[] } = {},
): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-cluster-'));
  const state = join(folder, options.statePath ?? 'state');
  mkdirSync(state, { recursive: true });
  // The name is unique, because `down` stops every process with the cluster's mark.
  const name = `test-${basename(folder).slice(-6).toLowerCase()}`;
  rememberStateFolder(name, state);
  const ports = await freePorts(7);
  const [port = 0, uiPort = 0, metricsPort = 0, httpPort = 0, ...nodePorts] = ports;
  const clusterFile = join(folder, 'cluster.yaml');
  const keys = {
    cluster: name,
    state: options.statePath ?? 'state',
    temporal: { port, uiPort, metricsPort, retention: '7d' },
    http: { port: httpPort },
    // The tests may run as root.
    allowRootLocal: true,
    nodes: options.nodes?.(nodePorts) ?? [{ id: 'here', local: true }],
  };
  const change = (more: Readonly<Record<string, unknown>>): void => writeFileSync(clusterFile, stringify({ ...keys, ...more }));
  change({});
  return {
    folder,
    name,
    state,
    clusterFile,
    ports,
    httpPort,
    temporalPort: port,
    env: { ...process.env, TEMPORAL_CLI_PATH: temporalCli() },
    change,
    behave: (worker, behaviour) => writeFileSync(`${state}.behave-${worker}`, behaviour),
  };
}

/** Returns every process that was started for this state folder: the launcher, the server, the workers, and the processes that they started. */
export const processesOf = (state: string): readonly { readonly pid: number; readonly mark: string; readonly command: string }[] =>
  allPids().flatMap((pid) => {
    const environment = environmentOf(pid);
    return pid !== process.pid && environment.get('RINGMASTER_STATE') === state && identify(pid) !== undefined
      ? [{ pid, mark: environment.get('RINGMASTER_MARK') ?? '', command: commandOf(pid).join(' ').slice(0, 200) }]
      : [];
  });

/** Returns the given ports on which a process listens. */
export async function listeners(ports: readonly number[]): Promise<readonly number[]> {
  const free = await Promise.all(ports.map((port) => isPortFree(port)));
  return ports.filter((_, index) => free[index] === false);
}

export async function expectNothingLeft({ state, ports }: TestCluster): Promise<void> {
  expect(processesOf(state)).toEqual([]);
  expect(await listeners(ports)).toEqual([]);
}

/** Kills the processes that a failed test may have left running, and removes the cluster's folder. */
export function removeTestCluster({ folder, state }: TestCluster): void {
  const launchersFirst = processesOf(state).toSorted((a, b) => Number(b.mark.endsWith('/launcher')) - Number(a.mark.endsWith('/launcher')));
  for (const { pid } of launchersFirst) {
    const identity = identify(pid);
    if (identity !== undefined) signal(identity, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export const hasEnded = (pid: number) => eventually(`the end of process ${pid}`, () => identify(pid) === undefined);
