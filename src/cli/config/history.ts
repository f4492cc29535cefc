import { keptConfig, keptEpochs } from '../../config/kept-configs.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { localTime } from '../event/local-time.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { table } from '../render/table.ts';

export interface HistoryOptions {
  readonly output: Format;
  readonly limit: number;
}

/** Shows the configurations that the cluster had, the newest last: who brought each, when, and what it changed. */
export async function configHistory(context: Context, { output, limit }: HistoryOptions): Promise<ExitCode> {
  const { state, running } = findCluster(context);
  const entries = keptEpochs(state)
    .slice(-limit)
    .flatMap((epoch) => keptConfig(state, epoch) ?? [])
    .map(({ text: _text, v: _v, ...kept }) => ({ ...kept, isPresent: kept.configEpoch === running.configEpoch }));
  show(context, output, { v: 1, configs: entries }, (wide) =>
    table(
      [{ head: 'NO', align: 'right' }, { head: 'AT' }, { head: 'BY' }, ...(wide ? [{ head: 'FILE' }] : []), { head: 'CHANGES', fits: true }],
      entries.flatMap(({ configEpoch, atMs, actor, source, changes, isPresent }) =>
        (changes.length === 0 ? ['the first configuration'] : changes).map((change, at) => [
          at === 0 ? { text: String(configEpoch), style: isPresent ? ('good' as const) : ('none' as const) } : '',
          at === 0 ? localTime(atMs) : '',
          at === 0 ? actor : '',
          ...(wide ? [at === 0 ? source : ''] : []),
          change,
        ]),
      ),
      context.colour,
    ),
  );
  if (entries.length === 0) context.say('no configuration is kept yet; the next `ringmaster up` with a changed file keeps one');
  return exitCode('ok');
}
