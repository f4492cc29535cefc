import { setTimeout as sleep } from 'node:timers/promises';
import { type LogLevel, logLevels, type LogRecord, plainLog } from '../../domain/cluster/log-record.ts';
import { logFollowMs } from '../../telemetry/limits.ts';
import { LogReader } from '../../telemetry/read-logs.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { localTime } from '../event/local-time.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { showNext, type Format } from '../render/output.ts';
import { printable, type Style } from '../render/colour.ts';

export interface LogsOptions {
  readonly output: Format;
  readonly component?: string | undefined;
  readonly level: LogLevel;
  /** ISO 8601. */
  readonly since?: string | undefined;
  readonly limit: number;
  readonly follow?: true | undefined;
  readonly times?: number | undefined;
}

const styles: Readonly<Record<LogLevel, Style>> = { trace: 'none', debug: 'none', info: 'none', warn: 'warn', error: 'bad', fatal: 'bad' };

/** Shows the records of all processes in the order of their times. It reads the files of the state folder, so it works while nothing runs. */
export async function logs(
  context: Context,
  { output, component, level, since, limit, follow, times = Number.POSITIVE_INFINITY }: LogsOptions,
): Promise<ExitCode> {
  const reader = new LogReader(findCluster(context).state);
  const fits = (record: LogRecord): boolean =>
    (component === undefined || record.component === component) &&
    logLevels.indexOf(record.level) >= logLevels.indexOf(level) &&
    (since === undefined || record.time >= since);
  const print = (records: readonly LogRecord[]): void => {
    for (const record of records)
      showNext(context, output, record, () =>
        plainLog({ ...record, time: localTime(Date.parse(record.time)) })
          .split('\n')
          .map((line) => context.colour(printable(line), styles[record.level])),
      );
  };
  const first = reader.next().filter(fits);
  if (first.length > limit) context.say(`${first.length - limit} older records fit too: a greater --limit shows them`);
  if (first.length === 0 && follow !== true) context.say('no record fits');
  print(first.slice(-limit));
  const roundsMax = follow === true ? times : 1;
  for (let round = 1; round < roundsMax; round += 1) {
    await sleep(logFollowMs);
    print(reader.next().filter(fits));
  }
  return exitCode('ok');
}
