import type { ClusterStatus } from '../../../domain/cluster/status.ts';
import { carriesDependants } from '../../../domain/daemon/daemon.ts';
import { explainFailure } from '../explain-failure.ts';
import { whyWorkflow } from '../why-workflow.ts';
import { bytes, plural } from '../../say.ts';
import type { ExplainNoun } from './noun.ts';

interface FoundSync {
  readonly dataset: string;
  readonly target: string;
}

/**
 * Finds and explains the syncs of a dataset to a node or to home by an id of the form `dataset/target`. Home has one replica per source, so the part
 * after the `/` can also name the source.
 */
export const sync: ExplainNoun<FoundSync> = {
  find: (id) => {
    const [dataset = '', target] = id.split('/');
    return target === undefined ? undefined : { dataset, target };
  },
  workflowId: ({ dataset, target }) => `sync/${dataset}/${target}`,
  explain: ({ dataset, target }, { status, workflow, nowMs }) => {
    const seen = status.recentSyncs
      .filter((one) => one.dataset === dataset && (one.target === target || one.source === target))
      .toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
    const last = seen[0];
    const isRunning = workflow?.status === 'RUNNING';
    const behind = whyBehind(`${dataset} on ${target}`, status.daemons);
    if (last === undefined && !isRunning && behind.length === 0) return undefined;
    return {
      v: 2,
      id: `${dataset}/${target}`,
      kind: 'sync',
      title: last === undefined ? `sync of ${dataset} to ${target}` : `sync of ${dataset}: ${last.source} → ${last.target}`,
      state: isRunning ? 'running' : (last?.state ?? 'unknown'),
      ...(last === undefined ? {} : { sinceMs: Date.parse(last.timestamp) }),
      why: [
        ...behind,
        ...(last === undefined
          ? []
          : [
              `Last run: ${plural(last.files, 'file')}, ${bytes(last.bytes)} in ${last.durationMs} ms, digest ${last.digest.slice(0, 12) || 'none'}.`,
            ]),
        ...whyWorkflow(workflow, nowMs),
      ],
      ...(last?.failure === undefined ? {} : { failure: explainFailure(last.failure, { dataset, target }) }),
      history: seen.slice(1, 10).map((one) => `${one.timestamp} ${one.state}${one.failure === undefined ? '' : ` ${one.failure.code}`}`),
      commands: [`ringmaster sync run ${dataset} ${target}`, 'ringmaster sync list'],
    };
  },
};

/** Returns why a daemon that keeps this copy in step has not done so. */
const whyBehind = (copy: string, daemons: ClusterStatus['daemons']): readonly string[] =>
  daemons.flatMap(({ id, state, because, health }) => {
    const reason = health?.details[copy];
    if (reason === undefined) return [];
    const works = carriesDependants(state) ? '' : `; ${id} is ${state} because ${because}`;
    return [`${id} says that the copy is behind: ${reason}${works}.`];
  });
