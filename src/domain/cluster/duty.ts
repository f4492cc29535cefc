/** A repeated task of the ledger worker that runs in a thread of its own. */
export const dutyNames = ['backup', 'tidy'] as const;
export type DutyName = (typeof dutyNames)[number];

/** The record of a duty, which the ledger worker writes at the begin and at the end of each run. */
export interface DutyLook {
  readonly name: DutyName;
  /** Present while a run has not ended. */
  readonly runningSinceMs?: number;
}

/** A run that takes longer does not end: a disk or a network file system hangs. A backup of 100 GB takes about ten minutes on a slow disk. */
export const dutyRunMsMax = 1_800_000;

export const dutyText: Readonly<Record<DutyName, string>> = {
  backup: 'the backup of the ledgers',
  tidy: 'the removal of files that nothing needs',
};
