import { inspectCluster } from '../../config/load-cluster.ts';
import { readClusterBytes } from '../../config/read-cluster-file.ts';
import { decodeText } from '../../config/fault/decode-text.ts';
import type { ClusterConfig } from '../../domain/cluster/cluster.ts';
import type { ConfigNews } from '../../service/launcher/config-news.ts';
import { newsLines, newsSummary } from '../../service/launcher/news-lines.ts';
import { type Fault, faultText, type LocatedFault } from '../../config/fault/fault.ts';
import { plural } from '../../service/say.ts';
import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { clusterFile } from './cluster-file.ts';

export interface CheckFileOptions {
  readonly file?: string | undefined;
  readonly output: Format;
}

/** Checks a cluster file without starting anything, and shows what `up` would change in a cluster that was started before. */
export const check = async (context: Context, options: CheckFileOptions): Promise<ExitCode> =>
  exitCode((await checked(context, options)).config === undefined ? 'usage' : 'ok');

/** The same. `config` is absent when the file has faults. */
export async function checked(context: Context, options: CheckFileOptions): Promise<{ readonly path: string; readonly config?: ClusterConfig }> {
  const path = clusterFile(context, options.file, 'check');
  const { config, faults } = await inspectBytes(context, readClusterBytes(path, options.file ?? path), path, options.file ?? path);
  const isGood = config !== undefined && faults.length === 0;
  const news = isGood ? await context.launcher.news({ config, source: path }) : undefined;
  show(context, options.output, { v: 1, file: path, faults, ...newsSummary(news) }, () =>
    isGood ? linesOf(path, config, news) : faults.map(faultText),
  );
  return isGood ? { path, config } : { path };
}

/** Checks the text of a cluster file. `shown` is the name of the file in the faults. */
export const inspectText = (context: Context, text: string, path: string, shown: string): ReturnType<typeof inspectBytes> =>
  inspectBytes(context, Buffer.from(text), path, shown);

async function inspectBytes(
  context: Context,
  bytes: Buffer,
  path: string,
  shown: string,
): Promise<{ readonly config: ClusterConfig | undefined; readonly faults: readonly (LocatedFault & { readonly code: string })[] }> {
  const { text, faults: ofBytes } = decodeText(bytes);
  const inspected = inspectCluster(text, path, shown, ofBytes);
  const { config } = inspected;
  const faults = config === undefined ? inspected.faults : inspected.located(await payloadFaults(context, config));
  return { config, faults: faults.map((fault) => ({ ...fault, code: fault.code ?? 'config.invalid' })) };
}

/** Returns a fault for each payload with an entry that no node would get. Only a file without other faults is looked at in this way. */
const payloadFaults = async (context: Context, config: ClusterConfig): Promise<readonly Fault[]> =>
  (await context.launcher.refusedPayloads({ config })).map(({ index, what, fix }) => ({
    path: ['pipelines', index, 'payload'],
    what,
    hint: fix,
    code: 'sync.tree-refused',
  }));

function linesOf(path: string, { cluster, nodes, pipelines, state }: ClusterConfig, news: ConfigNews | undefined): readonly string[] {
  const good = `${path} is good: cluster ${cluster}, ${plural(nodes.length, 'node')}, ${plural(pipelines.length, 'pipeline')}, state in ${state}`;
  return news === undefined || news.changes.length === 0 ? [good] : [good, ...newsLines(news)];
}

/** Returns the text of a cluster file as its bytes are, with its marks and its line ends. */
export const textOf = (path: string): string => readClusterBytes(path, path).toString('utf8');
