import type { Command } from '@commander-js/extra-typings';
import type { Context } from '../context/context.ts';

/** Runs a verb with the context that the global options make, and keeps its exit code: one of `exitCodes`, or that of the Temporal CLI. */
export type Run = (verb: (context: Context) => Promise<number>) => Promise<void>;
/** The root command with its global options. */
export type Root = Command<[], { state?: string; color: boolean }>;
/** Adds the verbs of a noun to the root command. */
export type AddVerbs = (program: Root, run: Run) => void;
export type GlobalOptions = { readonly state?: string | undefined; readonly color: boolean };
