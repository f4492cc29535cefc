import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGameWork } from '../../activities/ledger/game/game-work.ts';
import { createLedgerActivities, type LedgerDependencies } from '../../activities/ledger/index.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import { type FailureCode, RingmasterError } from '../../src/domain/failure/failure.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { openLedgers, type Ledgers } from '../../src/storage/ledger/ledgers.ts';
import type { OpenLedgerOptions } from '../../src/storage/ledger/open-ledger.ts';
import { openSelfPlayItems } from '../../src/storage/game/self-play-items.ts';

/** A state folder of its own, gone when the test is over. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Stage {
  readonly folder: string;
  readonly ledgers: Ledgers;
  readonly activities: LedgerActivities;
  /** What the activities were made of. */
  readonly dependencies: LedgerDependencies;
  readonly clock: { nowMs: number };
  /** Workflows that Temporal calls closed. */
  readonly closedWorkflows: Set<string>;
  /** Job workflows that were asked for, in order. */
  readonly started: Assignment[];
  /** Signals that were sent, as `name→workflow`, with what they said. */
  readonly told: { readonly signal: string; readonly payload: unknown }[];
}

export function stage(options: OpenLedgerOptions & { readonly folder?: string } = {}): Stage {
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
  const told: { readonly signal: string; readonly payload: unknown }[] = [];
  const now = (): number => (clock.nowMs += 1);
  const dependencies: LedgerDependencies = {
    ledgers,
    // In this thread; the thread that the ledger worker has for it: game-thread.test.ts.
    gameWork: createGameWork({ stateFolder: folder, blobs: statePaths(folder).blobs, games: ledgers.games, items, now }),
    now,
    workflows: {
      isClosed: async (id) => closedWorkflows.has(id),
      startJob: async (step) => void started.push(step),
      signal: async (workflowId, name, payload) => void told.push({ signal: `${name}→${workflowId}`, payload }),
    },
  };
  return { folder, ledgers, activities: createLedgerActivities(dependencies), dependencies, clock, closedWorkflows, started, told };
}

/** The failure with that code, thrown or rejected by `act`. */
export async function failureOf(code: FailureCode, act: () => unknown): Promise<RingmasterError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof RingmasterError && error.code === code) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}
