import type { JobRef } from '../ids.ts';

/** The progress of a job: it has done `done` of `of` units, for example games. The payload chooses the unit. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export interface JobProgress extends Progress {
  readonly job: JobRef;
}

/** Returns the progress in a line of stdout such as `{"done": 3, "of": 8}`. Returns undefined for any other line. */
export function parseProgress(line: string): Progress | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('done' in value) || !('of' in value)) return undefined;
    return typeof value.done === 'number' && typeof value.of === 'number' ? { done: value.done, of: value.of } : undefined;
  } catch {
    return undefined;
  }
}
