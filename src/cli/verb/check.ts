import { readFileSync } from 'node:fs';
import { inspectCluster } from '../../config/load-cluster.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import type { ClusterConfig } from '../../domain/cluster/cluster.ts';
import { changeText, type ConfigChange, configChanges, settledConfig } from '../../domain/cluster/config-changes.ts';
import { type Fault, faultText } from '../../config/fault/fault.ts';
import { plural } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { show, type Format } from '../render/output.ts';
import { clusterFile } from './cluster-file.ts';

export interface CheckFileOptions {
  readonly file?: string | undefined;
  readonly output: Format;
}

/** Checks a cluster file without starting anything, and shows what `up` would change in a cluster that was started before. */
export async function check(context: Context, options: CheckFileOptions): Promise<ExitCode> {
  const path = clusterFile(context, options.file, 'check');
  const inspected = inspectCluster(textOf(path), path, options.file ?? path);
  const { config } = inspected;
  const faults = config === undefined ? inspected.faults : inspected.located(await payloadFaults(context, config));
  const isGood = config !== undefined && faults.length === 0;
  const changes = !isGood ? [] : changesOf(config);
  const answer = {
    v: 1,
    file: path,
    faults: faults.map(({ line, path: at, what, hint, code = 'config.invalid' }) => ({ line, path: at, what, hint, code })),
    changes,
  };
  show(context, options.output, answer, () => (isGood ? linesOf(path, config, changes) : faults.map(faultText)));
  return exitCode(isGood ? 'ok' : 'usage');
}

/** Returns a fault for each payload with an entry that no node would get. Only a file without other faults is looked at in this way. */
const payloadFaults = async (context: Context, config: ClusterConfig): Promise<readonly Fault[]> =>
  (await context.launcher.refusedPayloads({ config })).map(({ index, what, fix }) => ({
    path: ['pipelines', index, 'payload'],
    what,
    hint: fix,
    code: 'sync.tree-refused',
  }));

const changesOf = (config: ClusterConfig): readonly ConfigChange[] => {
  const before = readRunningCluster(config.state);
  return before === undefined ? [] : configChanges(settledConfig(before.config), settledConfig(config));
};

function linesOf(path: string, { cluster, nodes, pipelines, state }: ClusterConfig, changes: readonly ConfigChange[]): readonly string[] {
  const good = `${path} is good: cluster ${cluster}, ${plural(nodes.length, 'node')}, ${plural(pipelines.length, 'pipeline')}, state in ${state}`;
  return changes.length === 0 ? [good] : [good, 'The next start with this file would change:', ...changes.map((change) => `  ${changeText(change)}`)];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new VerbFailure('usage', { cannot: `read ${path}`, because: (error as Error).message, hint: { say: 'the path of a cluster file' } });
  }
}
