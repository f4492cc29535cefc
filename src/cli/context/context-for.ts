import { resolve } from 'node:path';
import type { Context } from './context.ts';
import type { LauncherCommands } from '../../service/launcher/launcher-commands.ts';
import type { GlobalOptions } from '../program/run.ts';
import { commandName } from './command-name.ts';
import { colourOf, wantsColour } from '../render/colour.ts';

/** Returns the context of a verb, from this process and the global options. */
export function contextFor(launcher: LauncherCommands, options: GlobalOptions): Context {
  const tty = process.stdout.isTTY;
  return {
    launcher,
    env: process.env,
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    tty,
    colour: colourOf(wantsColour(tty, options.color, process.env)),
    stateOption: options.state === undefined ? undefined : resolve(options.state),
    nowMs: Date.now,
    command: () => commandName(process.argv[1] ?? '', process.env['PATH']),
  };
}
