/**
 * When a workflow that looks do not find is gone. The list of the server lags by about a second, so one look proves nothing.
 *
 *   a look has found the workflow before  → gone after `seenLooks` looks in a row that miss it
 *   no look has found it yet              → gone after `unseenLooks`: while a cluster comes up, the manager of the daemons starts a daemon when those that it
 *                                           needs run, and a start of a workflow that runs costs as much as a new one
 */
export interface MissedLooks {
  readonly seen: ReadonlySet<string>;
  /** How many looks in a row missed a workflow. */
  readonly missed: ReadonlyMap<string, number>;
}

export const noLooks: MissedLooks = { seen: new Set(), missed: new Map() };

export const seenLooks = 2;
export const unseenLooks = 10;

/** Returns the workflows that are gone, and what the next look needs. The count of a workflow that is gone begins at zero again. */
export function afterLook(
  { seen, missed }: MissedLooks,
  { found, missing }: { readonly found: ReadonlySet<string>; readonly missing: readonly string[] },
): MissedLooks & { readonly gone: readonly string[] } {
  const counts = missing.map((id) => [id, (missed.get(id) ?? 0) + 1] as const);
  const isGone = ([id, looks]: readonly [string, number]): boolean => looks >= (seen.has(id) ? seenLooks : unseenLooks);
  return {
    seen: new Set([...seen, ...found]),
    missed: new Map(counts.filter((one) => !isGone(one))),
    gone: counts.filter(isGone).map(([id]) => id),
  };
}
