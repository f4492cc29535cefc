import type { AlertState } from '../../domain/alert/alert.ts';
import type { shownStates } from '../../domain/alert/view.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { alertLines } from './alert-lines.ts';

export interface AlertListOptions {
  readonly only?: (typeof shownStates)[number] & AlertState;
  readonly limit: number;
  readonly output: Format;
}

export async function alertList(context: Context, { only: state, limit, output }: AlertListOptions): Promise<ExitCode> {
  const view = await ask(findCluster(context), 'alerts', { query: { ...(state === undefined ? {} : { state }), limit } });
  show(context, output, view, (wide) => alertLines(view, context.nowMs(), wide, context.colour));
  const [first] = view.alerts;
  if (first?.state === 'firing') context.say(`Next: ringmaster alert show ${first.id}`);
  return exitCode('ok');
}
