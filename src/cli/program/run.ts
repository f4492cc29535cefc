import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context/context.ts';
import type { ExitCode } from '../exit/exit-codes.ts';

/** How a verb is run: with the context made from the global options, its exit code kept. */
export type Run = (verb: (context: Context) => Promise<ExitCode>) => Promise<void>;
/** The root with its global options. */
export type Root = Command<[], { state?: string; color: boolean }>;
export type GlobalOptions = { readonly state?: string | undefined; readonly color: boolean };
