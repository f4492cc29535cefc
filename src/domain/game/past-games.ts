/** The games of a pipeline that nothing reads any more: those of all turns before this turn. */
export interface PastGames {
  readonly pipeline: string;
  readonly before: number;
}

/** The files of games that a command removed from a node. */
export interface RemovedGameFiles {
  readonly pipeline: string;
  readonly files: number;
  readonly bytes: number;
}
