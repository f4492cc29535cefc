import { RingmasterError } from '../domain/failure/error.ts';
import type { FailureCode } from '../domain/failure/table.ts';
import { nodePrograms } from '../domain/node/node-programs.ts';
import { commandLimits } from './limits.ts';
import type { Machine } from './machine.ts';
import { programs } from './script/programs.ts';
import type { Shell } from './shell.ts';

/** The failures that a missing program of the node can cause. Its words are those of whatever looks for the program, so the node is asked instead. */
const suspects: readonly FailureCode[] = [
  'transport.command',
  'transport.no-shell-tool',
  'node.no-folder',
  'sync.corrupt',
  'sync.interrupted',
  'sync.permission',
  'sync.source-missing',
  'job.bad-manifest',
  'job.corrupt-output',
  'job.no-output',
];

/** The names of the programs that a node must have, as arguments of our programs. */
export const neededPrograms: readonly string[] = Object.keys(nodePrograms);

/**
 * Returns a machine whose failures name the programs that the node lacks. After a failure that a missing program can cause, the node is asked for the programs
 * that it needs. When the node has them, or does not reply, the failure stays as it is.
 */
export function nameMissingPrograms(machine: Machine, shell: Shell): Machine {
  const named = async (error: unknown): Promise<unknown> => {
    if (!(error instanceof RingmasterError) || !suspects.includes(error.code)) return error;
    const asked = { script: programs.lacks, args: neededPrograms, timeoutMs: commandLimits.shortMsMax };
    const lacked = await shell.exec(asked).then(
      ({ stdout }) => neededPrograms.filter((name) => stdout.toString('utf8').split('\n').includes(name)),
      () => [],
    );
    return lacked.length === 0 ? error : programsLacked(machine.node, lacked, error);
  };
  const guarded =
    <Words extends unknown[], Result>(call: (...words: Words) => Promise<Result>) =>
    (...words: Words): Promise<Result> =>
      call(...words).catch(async (error: unknown) => {
        throw await named(error);
      });
  return {
    ...machine,
    start: guarded(machine.start),
    look: guarded(machine.look),
    readLog: guarded(machine.readLog),
    readLogAfter: guarded(machine.readLogAfter),
    stop: guarded(machine.stop),
    stopAll: guarded(machine.stopAll),
    purge: guarded(machine.purge),
    manifest: guarded(machine.manifest),
    settle: guarded(machine.settle),
    forget: guarded(machine.forget),
    oldJobs: guarded(machine.oldJobs),
    heldJobs: guarded(machine.heldJobs),
    removeGames: guarded(machine.removeGames),
    read: guarded(machine.read),
    copy: guarded(machine.copy),
    probe: guarded(machine.probe),
  };
}

function programsLacked(node: string, lacked: readonly string[], cause: RingmasterError): RingmasterError {
  const packages = [...new Set(lacked.map((name) => nodePrograms[name]))];
  return new RingmasterError('transport.no-shell-tool', {
    cannot: `use node ${node}`,
    because: `it lacks ${lacked.join(', ')}`,
    hint: { say: `installing ${lacked.join(', ')} there (on Debian and Ubuntu: apt-get install ${packages.join(' ')})` },
    fields: { node },
    cause,
  });
}
