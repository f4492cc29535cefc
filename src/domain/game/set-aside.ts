import type { FailureRecord } from '../failure/record.ts';

/**
 * A games file that is never read, because its games are not valid or because its bytes differ from the accepted bytes. The record has the name and
 * the digest of the file, so that a file of the same name with other bytes is checked again.
 */
export interface SetAsideFile {
  readonly item: string;
  readonly turn: number;
  readonly name: string;
  readonly sha256: string;
  readonly atMs: number;
  readonly failure: FailureRecord;
  /** The item whose games replaced the games of this file. Absent until the replacement's games are home. */
  readonly replacedBy?: string;
}
