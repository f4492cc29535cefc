/** A daemon that works in rounds. A round is an activity in the ledger's process, and leaves nothing behind. */
import { dutiesAfter } from '../isolate/activities.ts';
import { carryOutDutySteps } from '../isolate/duty-steps.ts';
import type { DaemonExecutor } from './executor.ts';

export const round: DaemonExecutor = {
  work: async ({ row: { id }, memory, failures }) => {
    const worked = await dutiesAfter(failures).workDaemon(memory === undefined ? { daemon: id } : { daemon: id, memory });
    await carryOutDutySteps(worked.steps);
    return worked;
  },
  halt: async () => undefined,
};
