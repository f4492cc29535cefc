import { allComponents, logComponents, type LogLevel, logLevelDefault } from '../../domain/cluster/log-record.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { replaceFile } from '../../system/replace-file.ts';
import { levelsIn } from '../../telemetry/levels-file.ts';
import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { LogReader } from '../../telemetry/read-logs.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';
import { table } from '../render/table.ts';

export interface LogLevelOptions {
  readonly output: Format;
  readonly component?: string | undefined;
  readonly level?: LogLevel | 'default' | undefined;
}

/** Sets the level of one component, or of `all`. Without a level, shows the levels. The processes follow within a second or two. */
export async function logLevel(context: Context, { output, component, level }: LogLevelOptions): Promise<ExitCode> {
  const { state } = findCluster(context);
  if (component !== undefined) requireComponent(component, state);
  const file = statePaths(state).logLevels;
  const before = levelsIn(file);
  if (component !== undefined && level !== undefined) {
    const { [component]: _old, ...others } = before;
    replaceFile(file, `${JSON.stringify(level === 'default' ? others : { ...others, [component]: level })}\n`);
  }
  const levels = levelsIn(file);
  const names = [allComponents, ...new Set([...Object.keys(logComponents), ...Object.keys(levels).filter((name) => name !== allComponents)])];
  const rows = names
    .filter((name) => component === undefined || name === component)
    .map((name) => ({ component: name, level: levels[name] ?? 'default', does: (logComponents as Readonly<Record<string, string>>)[name] ?? '' }));
  show(context, output, { v: 1, levels: rows }, () =>
    table(
      [{ head: 'COMPONENT' }, { head: 'LEVEL' }, { head: 'WHAT', fits: true }],
      rows.map((row) => [
        row.component,
        row.level,
        row.component === allComponents ? `the others; default: ${logLevelDefault}, or RINGMASTER_LOG_LEVEL` : row.does,
      ]),
      context.colour,
    ),
  );
  return exitCode('ok');
}

/** A daemon is known by the records that it has made. */
function requireComponent(component: string, state: string): void {
  const own = [allComponents, ...Object.keys(logComponents)];
  if (own.includes(component)) return;
  const known = [...own, ...new Set(new LogReader(state).next().map((record) => record.component))];
  if (known.includes(component)) return;
  throw new VerbFailure('usage', {
    cannot: `set the log level of ${component}`,
    because: 'no component and no daemon that has logged has this name',
    hint: { say: nearestName(component, known) ?? 'a name that `ringmaster log-level` lists' },
  });
}
