import { colourOf } from '../../src/cli/render/colour.ts';
import { contextFor } from '../../src/cli/context/context-for.ts';
import { createProgram } from '../../src/cli/program/program.ts';
import { launcherCommands } from '../../workers/launcher/launcher-commands.ts';

/** What `bin/ringmaster` adds to the launcher's commands. The set-up before the tests has checked this Node and its addons. */
const fromEntry = {
  isBuilt: () => Promise.resolve(true),
  nodeFault: () => Promise.resolve(undefined),
  addonFault: () => Promise.resolve(undefined),
  demoFile: () => Promise.reject(new Error('a test names its cluster file')),
};

/**
 * Runs a verb of the command line in this process, and returns its standard output. A process of the command line takes a second to start, and a test of the
 * text needs none. A verb that starts or ends processes of the cluster needs a process of its own.
 */
export async function verbHere(state: string, ...args: readonly string[]): Promise<string> {
  let stdout = '';
  const program = createProgram(
    (options) => ({
      ...contextFor({ ...launcherCommands, ...fromEntry }, options),
      env: { ...process.env, RINGMASTER_STATE: state },
      out: (line) => void (stdout += `${line}\n`),
      say: () => undefined,
      tty: false,
      colour: colourOf(false),
      command: () => 'ringmaster',
    }),
    () => undefined,
  );
  await program.parseAsync([...args], { from: 'user' });
  return stdout;
}
