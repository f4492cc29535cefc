import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { lookAt } from '../../config/look-at.ts';
import { readRunningCluster } from '../../config/running-cluster.ts';
import { stateFolder } from '../context/find-cluster.ts';
import type { Context } from '../context/context.ts';
import { VerbFailure } from '../exit/verb-failure.ts';

/** Returns the cluster file that the command line names, otherwise the file from which this cluster was started, otherwise ./cluster.yaml. */
export function clusterFile(context: Context, named: string | undefined, verb: 'up' | 'check'): string {
  if (named !== undefined) {
    if (lookAt(resolve(named)).kind !== 'nothing') return resolve(named);
    throw new VerbFailure('usage', {
      cannot: `${verb === 'up' ? 'start from' : 'check'} ${named}`,
      because: 'there is no such file',
      hint: { say: 'the path of a cluster file, such as examples/cluster.demo.yaml' },
    });
  }
  if (existsSync('cluster.yaml')) return resolve('cluster.yaml');
  const state = stateFolder(context);
  const before = state === undefined ? undefined : readRunningCluster(state)?.source;
  if (before !== undefined && existsSync(before)) return before;
  throw new VerbFailure('usage', {
    cannot: verb === 'up' ? 'start a cluster' : 'check a cluster file',
    because: 'no file was given and there is no cluster.yaml here',
    hint: { say: 'the path of a cluster file in place of FILE', run: `ringmaster ${verb} FILE` },
  });
}
