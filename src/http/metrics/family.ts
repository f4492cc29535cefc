import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { EventStats } from '../../domain/event/event.ts';

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One metric of the cluster. `of` reads its samples from the cluster's numbers. */
export interface Family<Numbers> {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** The labels of each sample. Ids of nodes, items and models are no labels, because there can be thousands of them. */
  readonly labels: readonly string[];
  readonly of: (numbers: Numbers) => readonly Sample[];
}

export interface ClusterNumbers {
  readonly status: ClusterStatus;
  /** Absent while the event log cannot be read. The watch `events` says so. */
  readonly events?: EventStats;
  readonly nowMs: number;
}
export type ClusterFamily = Family<ClusterNumbers>;

export const secondsSince = (nowMs: number, thenMs: number): number => Math.max(0, nowMs - thenMs) / 1000;
