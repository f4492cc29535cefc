import { workflowIds } from '../../../contract/workflows.ts';
import type { DaemonView } from '../../../domain/daemon/daemon.ts';
import { daemonFailureAdvice } from '../../daemon/say-failure.ts';
import { ago, plural } from '../../say.ts';
import { explainFailure } from '../explain-failure.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';

export const daemon: ExplainNoun<DaemonView> = {
  find: (id, { status }) => status.daemons.find((one) => one.id === id),
  workflowId: ({ id }) => workflowIds.daemon(id),
  explain: (found, { status, nowMs, workflow }) => {
    const { id, summary, state, because, missing, after = [], wish, restarts, losses = 0, health, failure, next } = found;
    const stopped = missing.flatMap((one) => status.daemons.filter((other) => other.id === one));
    return {
      v: 2,
      id,
      kind: 'daemon',
      title: `daemon ${id}: ${summary}`,
      state,
      sinceMs: found.sinceMs,
      why: [
        `It is ${state} because ${because}.`,
        ...stopped.map((one) => `It ${after.includes(one.id) ? 'starts after' : 'needs'} ${one.id}, which is ${one.state} because ${one.because}.`),
        ...(health === undefined ? [] : [`Its duty said ${ago(nowMs - health.atMs)} ago: ${health.message}.`]),
        ...(failure === undefined ? [] : [`Its last failure was ${ago(nowMs - failure.atMs)} ago. ${daemonFailureAdvice[failure.kind]}`]),
        ...(restarts === 0 ? [] : [`It has failed ${plural(restarts, 'time')} since it last ran for two minutes without a failure.`]),
        ...(losses === 0
          ? []
          : [`Its work was lost ${plural(losses, 'time')}, which is no failure of it and makes the delay before its next start longer.`]),
        `Next: it ${next}. ${wish.by} wishes it ${wish.wish} (${wish.reason}).`,
        ...whyWorkflow(workflow, nowMs),
      ],
      history: [],
      ...(failure === undefined ? {} : { failure: explainFailure(failure.record, { daemon: id }) }),
      commands: [
        `ringmaster daemon show ${id}`,
        ...(state === 'failed' ? [`ringmaster daemon reset ${id}`] : []),
        `ringmaster event list --about daemon:${id}`,
      ],
    };
  },
};
