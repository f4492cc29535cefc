/**
 * Refuses a start, a signal and an update without the proof of the cluster's key, and proves everything that a workflow sends. Without
 * `temporal.requireKey` it does nothing. `scripts/build.mjs` names this module when it bundles the workflows, so no workflow can be without it.
 * A proof has no effect on a history's commands, so a history replays with the key that it was made with.
 */
import { defaultPayloadConverter } from '@temporalio/common';
import { log, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { keyMissing } from '../../src/contract/proof/key-missing.ts';
import { type KeyRing, prove, proves, ringOf } from '../../src/contract/proof/key-ring.ts';
import { type Effect, proofHeader } from '../../src/contract/proof/proof.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { failWith } from './failure-of.ts';

/** The key. `workers/keyed-bundle.ts` writes it before the bundle's code, so that it is in no history. Without the key, the name does not exist. */
declare const ringmasterKey: string | undefined;

type Headers = Readonly<Record<string, object>>;

function headerOf(headers: Headers): unknown {
  const payload = headers[proofHeader];
  if (payload === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined; // It is no JSON, so it is no proof.
  }
}

const checked = (ring: KeyRing, headers: Headers, effect: Effect): boolean => proves(ring, headerOf(headers), effect);

const signed = <H extends Headers>(ring: KeyRing, headers: H, effect: Effect, queue?: string) => ({
  ...headers,
  [proofHeader]: defaultPayloadConverter.toPayload(prove(ring, effect, queue)),
});

const refusal = (effect: Effect): Error => failWith(failureRecord('temporal.key-missing', keyMissing(effect)));

/** Throws a failure of Temporal when the update has no proof. Such a failure ends the update, and the workflow goes on. */
function mustProveUpdate(
  ring: KeyRing,
  { headers, name, args }: { readonly headers: Headers; readonly name: string; readonly args: readonly unknown[] },
): void {
  const effect = { kind: 'update', workflowId: workflowInfo().workflowId, name, args } as const;
  if (checked(ring, headers, effect)) return;
  log.warn('refused an update without the proof of the key', { update: name, code: 'temporal.key-missing' });
  throw refusal(effect);
}

const keyed = (ring: KeyRing): WorkflowInterceptors => ({
  inbound: [
    {
      execute: async (input, next) => {
        const { workflowId, workflowType } = workflowInfo();
        const effect = { kind: 'start', workflowId, name: workflowType, args: input.args } as const;
        if (!checked(ring, input.headers, effect)) throw refusal(effect);
        return next(input);
      },
      handleSignal: async (input, next) => {
        const { workflowId } = workflowInfo();
        if (checked(ring, input.headers, { kind: 'signal', workflowId, name: input.signalName, args: input.args })) return next(input);
        // An error would fail the workflow, so that anyone could end it.
        log.warn('ignored a signal without the proof of the key', { signal: input.signalName, code: 'temporal.key-missing' });
      },
      // The SDK calls this only when the handler of the update has a validator. A refusal here leaves no event in the history.
      validateUpdate: (input, next) => {
        mustProveUpdate(ring, input);
        next(input);
      },
      handleUpdate: async (input, next) => {
        mustProveUpdate(ring, input);
        return next(input);
      },
    },
  ],
  outbound: [
    {
      scheduleActivity: async (input, next) => {
        const { workflowId } = workflowInfo();
        const effect = { kind: 'activity', workflowId, name: input.activityType, args: input.args } as const;
        return next({ ...input, headers: signed(ring, input.headers, effect, input.options.taskQueue) });
      },
      startChildWorkflowExecution: async (input, next) => {
        const { workflowId, args } = input.options;
        const effect = { kind: 'start', workflowId, name: input.workflowType, args } as const;
        return next({ ...input, headers: signed(ring, input.headers, effect) });
      },
      signalWorkflow: async (input, next) => {
        const { target } = input;
        const workflowId = target.type === 'child' ? target.childWorkflowId : (target.workflowExecution.workflowId ?? '');
        return next({ ...input, headers: signed(ring, input.headers, { kind: 'signal', workflowId, name: input.signalName, args: input.args }) });
      },
      continueAsNew: async (input, next) => {
        const { workflowId, workflowType } = workflowInfo();
        const name = input.options.workflowType ?? workflowType;
        return next({ ...input, headers: signed(ring, input.headers, { kind: 'start', workflowId, name, args: input.args }) });
      },
    },
  ],
});

export const interceptors = (): WorkflowInterceptors => (typeof ringmasterKey === 'string' ? keyed(ringOf(ringmasterKey)) : {});
