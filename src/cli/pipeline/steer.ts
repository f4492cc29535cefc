import type { PipelineWishReply, SteeringVerb } from '../../domain/pipeline/wish.ts';
import { isRunAgain } from '../../domain/pipeline/next-turn.ts';
import { isResting } from '../../domain/pipeline/stages.ts';
import { sayPipelineWish } from '../../service/pipeline/say-wish.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { findCluster } from '../context/find-cluster.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { requireKnownPipeline } from './require-pipeline.ts';
import { payloadOfNextRun } from './run-again.ts';

export interface SteerOptions {
  readonly reason: string;
  readonly output: Format;
  readonly now?: true | undefined;
  readonly for?: number | undefined;
}

/** Records a wish for a pipeline, and returns when the ledger has recorded it. The wish takes effect afterwards; the printed lines say when. */
export async function pipelineSteer(context: Context, name: string, verb: SteeringVerb, options: SteerOptions): Promise<ExitCode> {
  const found = findCluster(context);
  await requireKnownPipeline(found, name, verb);
  const { wishPipeline } = await import('../../service/pipeline/wish-pipeline.ts');
  const request = {
    pipeline: name,
    verb,
    by: whoAmI(context.env),
    reason: options.reason,
    ...(options.now === true ? { now: true } : {}),
    ...(options.for === undefined ? {} : { forSeconds: options.for / 1_000 }),
  };
  // The view is read before the wish is sent, because the wish begins the turn again.
  const before = verb === 'resume' ? await ask(found, 'pipeline', { params: { name } }).catch(() => undefined) : undefined;
  const reply = await withTemporal(found, ({ client }) => wishPipeline(client, request));
  show(context, options.output, reply, () => linesOf(reply, context.nowMs()));
  if ((options.output === 'table' || options.output === 'wide') && reply.received && before?.begun !== undefined && isRunAgain(before))
    context.out(`  ${await payloadOfNextRun(found, before.begun, name)}`);
  context.say(`Next: ringmaster pipeline show ${name}`);
  return exitCode('ok');
}

const done: Readonly<Record<SteeringVerb, (reply: PipelineWishReply) => string>> = {
  pause: ({ pipeline, stage }) => `${pipeline} ${isWaiting(stage) ? 'will be paused' : 'is paused'}`,
  resume: ({ pipeline, before }) =>
    before === undefined || before.wish === 'running' ? `${pipeline} was not paused; a turn that failed runs again` : `${pipeline} is resumed`,
  stop: ({ pipeline, stage }) => `${pipeline} ${isWaiting(stage) ? 'will be stopped' : 'is stopped'}; the turns that were asked for are forgotten`,
  skip: ({ pipeline, turn }) => `turn ${turn} of ${pipeline} is given up; the next turn begins if more turns are wanted`,
};
const isWaiting = (stage: PipelineWishReply['stage']): boolean => stage !== undefined && !isResting(stage);

function linesOf(reply: PipelineWishReply, nowMs: number): string[] {
  const { pipeline, turn, stage = 'idle', wish, received } = reply;
  const said = sayPipelineWish({ turn, stage, standing: { nextTurn: turn, turnsLeft: reply.turnsLeft ?? 0, wish } }, nowMs);
  return [
    done[reply.verb](reply),
    ...(said === undefined || !isWaiting(stage) ? [] : [`  ${said}`]),
    ...(received ? [] : [`  No workflow of ${pipeline} runs now. The wish holds for the next one: ringmaster pipeline run ${pipeline}`]),
  ];
}
