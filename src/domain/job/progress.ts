import type { JobRef } from '../ids.ts';

/** How far a job is, in units of its own: `done` of `of` games, say. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export interface JobProgress extends Progress {
  readonly job: JobRef;
}

/** Reads a line of stdout, `{"done": n, "of": m}`; undefined for anything else. */
export function parseProgress(line: string): Progress | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('done' in value) || !('of' in value)) return undefined;
    return typeof value.done === 'number' && typeof value.of === 'number' ? { done: value.done, of: value.of } : undefined;
  } catch {
    return undefined;
  }
}
