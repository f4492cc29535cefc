import type { FailureRecord } from '../failure/record.ts';

/**
 * A games file that is never read: it holds no valid games, or other bytes than were accepted. It is kept by name and content, so that a file of the same
 * name with other bytes is looked at anew.
 */
export interface SetAsideFile {
  readonly item: string;
  readonly turn: number;
  readonly name: string;
  readonly sha256: string;
  readonly atMs: number;
  readonly failure: FailureRecord;
  /** The item whose games took their place, once they are home. */
  readonly replacedBy?: string;
}
