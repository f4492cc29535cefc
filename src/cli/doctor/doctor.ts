import { readRunningCluster } from '../../config/running-cluster.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { printable, type Style } from '../render/colour.ts';
import { show, type Format } from '../render/output.ts';
import { stateFolder } from '../context/find-cluster.ts';
import { skipped, type Check } from './check.ts';
import { clusterChecks } from './cluster-checks.ts';
import { machineChecks } from './machine-checks.ts';

const marks: Readonly<Record<Check['result'], readonly [string, Style]>> = {
  ok: ['✓', 'good'],
  fault: ['✗', 'bad'],
  warn: ['!', 'warn'],
  skipped: ['-', 'dim'],
};

/** Prints each check with its fix. Returns exit code 3 when a person must fix something. */
export async function doctor(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const state = stateFolder(context);
  const running = state === undefined ? undefined : readRunningCluster(state);
  const cluster =
    state === undefined || running === undefined
      ? [skipped('cluster', 'none was started on this login')]
      : await clusterChecks(context, { state, running });
  const checks = [...(await machineChecks(context, state, running)), ...cluster];
  const faults = checks.filter((one) => one.result === 'fault').length;
  show(context, options.output, { v: 1, ok: faults === 0, checks }, () => {
    const width = Math.max(...checks.map((one) => one.name.length));
    return [
      ...checks.flatMap((one) => {
        const [mark, style] = marks[one.result];
        const line = `${context.colour(mark, style)} ${one.name.padEnd(width)}  ${printable(one.detail)}`;
        return one.fix === undefined ? [line] : [line, `  ${' '.repeat(width)}  fix: ${printable(one.fix)}`];
      }),
      '',
      faults === 0 ? 'nothing to put right' : `${faults} to put right`,
    ];
  });
  return exitCode(faults === 0 ? 'ok' : 'setUp');
}
