/** Judges a look at the process of a command daemon: it runs, or how it ended. */
import { given } from '../../base/given.ts';
import { failureRecord } from '../failure/record.ts';
import type { NodeId } from '../ids.ts';
import type { JobObservation, StartedJob } from '../job/job.ts';
import type { ProcessExit } from './lifecycle.ts';

/** Returns undefined while the process runs. */
export function exitOf(
  { phase, ended, exitCode, bootId }: JobObservation,
  { daemon, node, started }: { readonly daemon: string; readonly node: NodeId; readonly started: StartedJob },
): ProcessExit | undefined {
  if (phase === 'running') return undefined;
  if (ended === 'stopped') return { type: 'interrupted', because: 'its process was ended from outside (`ringmaster down`)' };
  if (bootId !== started.bootId) return { type: 'interrupted', because: `node ${node} was restarted` };
  return {
    type: exitCode === 0 ? 'well' : 'failed',
    record: failureRecord('daemon.exited', {
      cannot: `keep ${daemon} running on ${node}`,
      because: sayEnd(phase === 'absent' ? 'absent' : exitCode),
      hint: { say: 'its log', run: `ringmaster daemon logs ${daemon} --stream stderr` },
      fields: { daemon, node, ...given({ exitCode }) },
    }),
  };
}

function sayEnd(end: number | 'absent' | undefined): string {
  if (end === 'absent') return 'its process and its record are gone from the node';
  if (end === undefined) return 'its process is gone and left no exit status';
  return end > 128 && end <= 192 ? `its program was ended by signal ${end - 128}` : `its program ended with exit code ${end}`;
}
