import { daemonRows } from '../../src/duty/catalogue.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGameWork } from '../../activities/ledger/game/game-work.ts';
import { createLedgerActivities, type LedgerDependencies } from '../../activities/ledger/index.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import type { SyncRequest } from '../../src/domain/dataset/sync.ts';
import type { PowerOfNode } from '../../src/domain/item/no-node.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import { subscriptions } from '../../src/domain/event/subscriptions.ts';
import { EventLogDoor } from '../../src/storage/event/event-log-door.ts';
import { openLedgers, type Ledgers } from '../../src/storage/ledger/ledgers.ts';
import type { OpenLedgerOptions } from '../../src/storage/ledger/open-ledger.ts';
import { runTidy } from '../../workers/ledger/run-tidy.ts';
import { openSelfPlayItems } from '../../src/storage/game/self-play-items.ts';

/** Returns a new state folder, and removes the folder at the end of the test. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface LedgerHarness {
  readonly folder: string;
  readonly ledgers: Ledgers;
  readonly activities: LedgerActivities;
  /** The activities were created with these dependencies. */
  readonly dependencies: LedgerDependencies;
  readonly clock: { nowMs: number };
  /** The fake Temporal reports these workflows as closed. */
  readonly closedWorkflows: Set<string>;
  /** The workflows that Temporal says run. */
  readonly runningWorkflows: Set<string>;
  /** The job workflows that were started, in order. */
  readonly started: Assignment[];
  /** The syncs that were started, in order. */
  readonly syncs: SyncRequest[];
  /** The signals that were sent, in order, with their payloads. `signal` has the form `name→workflow`. */
  readonly signals: { readonly signal: string; readonly payload: unknown }[];
}

interface HarnessOptions extends OpenLedgerOptions {
  readonly folder?: string;
  /** The nodes of the cluster file. Absent: those that the sweep has looked at. */
  readonly nodesOfFile?: readonly PowerOfNode[];
}

export function ledgerHarness(options: HarnessOptions = {}): LedgerHarness {
  const folder = options.folder ?? stateFolder();
  const ledgers = openLedgers(folder, options);
  const items = openSelfPlayItems(ledgers.paths.queue);
  onTestFinished(() => {
    items.close();
    events.close();
    ledgers.close();
  });
  const clock = { nowMs: 1_700_000_000_000 };
  const closedWorkflows = new Set<string>();
  const runningWorkflows = new Set<string>();
  const started: Assignment[] = [];
  const signals: { readonly signal: string; readonly payload: unknown }[] = [];
  const syncs: SyncRequest[] = [];
  const now = (): number => (clock.nowMs += 1);
  const events = new EventLogDoor(folder, subscriptions, now);
  const dependencies: LedgerDependencies = {
    ledgers,
    events,
    stopping: new AbortController().signal,
    // In this harness, game work runs in the thread of the test. The separate thread of the ledger worker is tested in game-thread.test.ts.
    gameWork: createGameWork({ stateFolder: folder, blobs: statePaths(folder).blobs, games: ledgers.games, items, now }),
    now,
    retention: () => ({ gamesMs: 90 * 86_400_000, windowTurns: {} }),
    nodesOfFile: () => options.nodesOfFile ?? ledgers.resources.nodes(),
    duties: { rows: daemonRows, rounds: new Map(), processes: new Map() },
    // In this harness, the removal runs in the thread of the test.
    tidy: async (part) => runTidy({ state: folder, part }),
    workflows: {
      isClosed: async (id) => closedWorkflows.has(id),
      isRunning: async (id) => runningWorkflows.has(id),
      startJob: async (step) => void started.push(step),
      startSync: async (request) => void syncs.push(request),
      signal: async (workflowId, name, payload) => void signals.push({ signal: `${name}→${workflowId}`, payload }),
    },
  };
  return {
    folder,
    ledgers,
    activities: createLedgerActivities(dependencies),
    dependencies,
    clock,
    closedWorkflows,
    runningWorkflows,
    started,
    syncs,
    signals,
  };
}

/** Calls `work` and returns its failure. `work` must throw or reject with a failure of the given code. */
export async function failureOf(code: FailureCode, work: () => unknown): Promise<RingmasterError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RingmasterError && error.code === code) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}
