/** A daemon that works in rounds. A round is an activity in the ledger's process, and leaves nothing behind. */
import { duties } from '../isolate/activities.ts';
import { carryOutDutySteps } from '../isolate/duty-steps.ts';
import type { DaemonExecutor } from './executor.ts';

export const round: DaemonExecutor = {
  work: async ({ row: { id }, memory }) => {
    const worked = await duties.workDaemon(memory === undefined ? { daemon: id } : { daemon: id, memory });
    await carryOutDutySteps(worked.steps);
    return worked;
  },
  halt: async () => undefined,
};
