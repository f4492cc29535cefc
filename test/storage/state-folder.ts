import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGameWork } from '../../activities/ledger/game/game-work.ts';
import { createLedgerActivities, type LedgerDependencies } from '../../activities/ledger/index.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import { openLedgers, type Ledgers } from '../../src/storage/ledger/ledgers.ts';
import type { OpenLedgerOptions } from '../../src/storage/ledger/open-ledger.ts';
import { openSelfPlayItems } from '../../src/storage/game/self-play-items.ts';

/** Returns a new state folder. It is removed at the end of the test. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface LedgerHarness {
  readonly folder: string;
  readonly ledgers: Ledgers;
  readonly activities: LedgerActivities;
  /** The dependencies that the activities were created with. */
  readonly dependencies: LedgerDependencies;
  readonly clock: { nowMs: number };
  /** Workflows that the fake Temporal reports as closed. */
  readonly closedWorkflows: Set<string>;
  /** Job workflows that were started, in order. */
  readonly started: Assignment[];
  /** Signals that were sent, as `name→workflow`, with their payloads. */
  readonly signals: { readonly signal: string; readonly payload: unknown }[];
}

export function ledgerHarness(options: OpenLedgerOptions & { readonly folder?: string } = {}): LedgerHarness {
  const folder = options.folder ?? stateFolder();
  const ledgers = openLedgers(folder, options);
  const items = openSelfPlayItems(ledgers.paths.queue);
  onTestFinished(() => {
    items.close();
    ledgers.close();
  });
  const clock = { nowMs: 1_700_000_000_000 };
  const closedWorkflows = new Set<string>();
  const started: Assignment[] = [];
  const signals: { readonly signal: string; readonly payload: unknown }[] = [];
  const now = (): number => (clock.nowMs += 1);
  const dependencies: LedgerDependencies = {
    ledgers,
    // Game work runs in this thread. game-thread.test.ts tests the thread that the ledger worker uses.
    gameWork: createGameWork({ stateFolder: folder, blobs: statePaths(folder).blobs, games: ledgers.games, items, now }),
    now,
    workflows: {
      isClosed: async (id) => closedWorkflows.has(id),
      startJob: async (step) => void started.push(step),
      signal: async (workflowId, name, payload) => void signals.push({ signal: `${name}→${workflowId}`, payload }),
    },
  };
  return { folder, ledgers, activities: createLedgerActivities(dependencies), dependencies, clock, closedWorkflows, started, signals };
}

/** Returns the failure with that code, which `work` must throw or reject with. */
export async function failureOf(code: FailureCode, work: () => unknown): Promise<RingmasterError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RingmasterError && error.code === code) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}
