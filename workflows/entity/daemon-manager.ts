/**
 * `daemon-manager`: knows which daemons exist, what is wished of them and which of them run, and sends each daemon what it must know
 * (`src/domain/daemon/manager.ts`). It starts the workflow of a daemon that has none, and keeps the looks at the daemons going. It restarts nothing: a daemon restarts itself, and the manager
 * only grants the restart.
 */
import { condition, continueAsNew, patched, setHandler } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type DaemonManagerInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ReportedDaemon } from '../../src/domain/daemon/daemon.ts';
import { afterCarryOut, afterGroupNews, type Group, type GroupNews, isCommand, type ManagerStep, planOf } from '../../src/domain/daemon/manager.ts';
import { ledger } from '../isolate/activities.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { endOfRun } from '../isolate/end-of-run.ts';
import { Looks } from '../isolate/looks.ts';
import { patches } from '../isolate/patches.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { type DaemonStart, startDaemons } from '../isolate/start-daemons.ts';
import { StartsApart } from '../isolate/starts-apart.ts';
import {
  daemonReportedSignal,
  daemonsConfiguredSignal,
  daemonsGoneSignal,
  daemonsOrderedSignal,
  daemonsWishedSignal,
  grantRestartSignal,
  notify,
  orderSignal,
  tellSignal,
} from '../isolate/signals.ts';

export async function daemonManager(carried: DaemonManagerInput): Promise<never> {
  const input = upgradeState('daemonManager', carried);
  let { group, braked = false } = input;
  const news: GroupNews[] = [];
  const hear = (one: GroupNews): void => void news.push(one);
  setHandler(daemonReportedSignal, (said) => hear({ type: 'report', ...said }), { description: 'A daemon reports its state' });
  setHandler(daemonsWishedSignal, (said) => hear({ type: 'wish', ...said }), { description: 'An operator starts or stops daemons' });
  setHandler(daemonsOrderedSignal, (said) => hear({ type: 'orders', ...said }), { description: 'An operator restarts or resets daemons' });
  setHandler(daemonsGoneSignal, (said) => hear({ type: 'gone', ...said }), { description: 'These daemons have no workflow' });
  setHandler(daemonsConfiguredSignal, (said) => hear({ type: 'rows', ...said }), { description: 'The catalogue of the daemons' });
  const looks = new Looks();
  const apart = new StartsApart(hear);
  // A run that ended in the middle of a start did not see its end.
  hear({ type: 'started', daemons: group.daemons.filter(({ isStarting }) => isStarting).map(({ row }) => row.id), failed: true });
  for (;;) {
    if (patched(patches.looks)) looks.keep();
    group = news.splice(0).reduce(afterGroupNews, group);
    const isInOrder = patched(patches.firstRounds);
    const isApart = isInOrder && patched(patches.startsApart);
    const plan = planOf(group, Date.now(), { isInOrder, isApart });
    try {
      const { sentAtMs, begun } = await carryOut(plan.steps, group, { isInOrder, apart: isApart ? apart : undefined });
      for (const { daemon, record } of begun) hear({ type: 'report', daemon, report: { state: record.state, seq: record.seq } });
      group = sentAtMs.length > 0 && patched(patches.sentGrants) ? afterCarryOut(group, plan.group, sentAtMs) : plan.group;
      const isBraked = plan.held.length > 0;
      if (isBraked !== braked) await ledger.noteBrake({ held: plan.held });
      braked = isBraked;
    } catch (error) {
      // A start failed, or the note about the brake. After a failed start the group is as it was before the plan, so the steps are planned again.
      await restAfterError('daemon-manager', error);
      continue;
    }
    show(group, plan.held);
    const mustEnd = endOfRun(() => looks.isUnderWay || apart.isUnderWay);
    if (mustEnd() && news.length === 0) {
      looks.end();
      await continueAsNew<typeof daemonManager>({ v: 1, group, braked });
    }
    const waitMs = plan.held.length === 0 || plan.brakedUntilMs === undefined ? undefined : Math.max(1, plan.brakedUntilMs - Date.now());
    if (waitMs === undefined) await condition(() => news.length > 0 || mustEnd());
    else await condition(() => news.length > 0 || mustEnd(), waitMs, { summary: 'until the brake on restarts ends' });
  }
}

interface CarriedOut {
  /** A time for each grant at which the grant was certainly sent. */
  readonly sentAtMs: readonly number[];
  /** The daemons that run since their start. They do not report that. */
  readonly begun: readonly ReportedDaemon[];
}

/** Starts first, then sends the messages. Each daemon gets its own in the order of the plan. Throws only when a start fails, before the first message. */
async function carryOut(
  all: readonly ManagerStep[],
  { daemons }: Group,
  { isInOrder, apart }: { readonly isInOrder: boolean; readonly apart: StartsApart | undefined },
): Promise<CarriedOut> {
  const rowOf = new Map(daemons.map(({ row }) => [row.id, row]));
  const starts = all.flatMap((step): readonly DaemonStart[] => {
    const row = rowOf.get(step.daemon);
    return step.type === 'start' && row !== undefined ? [{ ...step, row }] : [];
  });
  const isApart = ({ row }: DaemonStart): boolean => apart !== undefined && isCommand(row);
  apart?.start(starts.filter(isApart));
  const leftToApart = new Set(starts.filter(isApart).map(({ daemon }) => daemon));
  const steps = all.filter(({ daemon }) => !leftToApart.has(daemon));
  const { isNew, begun } = await startDaemons(
    starts.filter((start) => !isApart(start)),
    isInOrder,
  );
  const sentAtMs: number[] = [];
  const send = async (step: ManagerStep): Promise<void> => {
    const to = workflowIds.daemon(step.daemon);
    const row = rowOf.get(step.daemon);
    if (row === undefined) return;
    if (step.type === 'tell' || step.type === 'start') await notify(to, tellSignal, { row, missing: step.missing, wish: step.wish });
    else if (step.type === 'grant') {
      await notify(to, grantRestartSignal, { seq: step.seq });
      sentAtMs.push(Date.now());
    } else if (step.type === 'order') await notify(to, orderSignal, { verb: step.verb, by: step.by, reason: step.reason });
  };
  const sendAll = async (some: readonly ManagerStep[]): Promise<void> => {
    for (const step of some) await send(step);
  };
  if (steps.length === 0) return { sentAtMs, begun };
  if (patched(patches.messagesAtOnce)) {
    const messages = steps.filter(({ type, daemon }) => !(type === 'start' && isNew.has(daemon)));
    const ids = [...new Set(messages.map(({ daemon }) => daemon))];
    await Promise.all(ids.map((id) => sendAll(messages.filter(({ daemon }) => daemon === id))));
  } else await sendAll(steps);
  return { sentAtMs, begun };
}

function show({ daemons }: Group, held: readonly string[]): void {
  const running = daemons.filter(({ report }) => report?.state === 'running').length;
  const others = daemons.filter(({ report }) => report?.state !== 'running');
  setAttributes({ LifecycleState: held.length > 0 ? 'braked' : 'running' });
  setDetails(
    `${running} of ${daemons.length} daemons run`,
    Object.fromEntries([
      ...others.map(({ row, report }) => [row.id, report?.state ?? 'no report yet']),
      ...held.map((id) => [id, 'held by the brake']),
    ]),
  );
}
