import type { ClientInterceptors } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { type KeyRing, prove } from '../../contract/proof/key-ring.ts';
import { type Effect, proofHeader } from '../../contract/proof/proof.ts';

/** Returns the interceptors of a client that prove everything that the client sends. */
export function proofInterceptors(ring: KeyRing): ClientInterceptors {
  const header = (headers: Headers, ...effects: readonly Effect[]): Headers => ({
    ...headers,
    [proofHeader]: defaultPayloadConverter.toPayload(effects.map((effect) => prove(ring, effect)).join(' ')),
  });
  return {
    workflow: [
      {
        startWithDetails: (input, next) => {
          const { workflowId, args } = input.options;
          return next({ ...input, headers: header(input.headers, { kind: 'start', workflowId, name: input.workflowType, args }) });
        },
        signal: (input, next) => {
          const { workflowId } = input.workflowExecution;
          return next({
            ...input,
            headers: header(input.headers, { kind: 'signal', workflowId: workflowId ?? '', name: input.signalName, args: input.args }),
          });
        },
        signalWithStart: (input, next) => {
          const { workflowId, args } = input.options;
          const start = { kind: 'start', workflowId, name: input.workflowType, args } as const;
          return next({
            ...input,
            headers: header(input.headers, start, { kind: 'signal', workflowId, name: input.signalName, args: input.signalArgs }),
          });
        },
        startUpdate: (input, next) => {
          const { workflowId } = input.workflowExecution;
          return next({
            ...input,
            headers: header(input.headers, { kind: 'update', workflowId: workflowId ?? '', name: input.updateName, args: input.args }),
          });
        },
      },
    ],
    activity: [
      {
        start: (input, next) => {
          const { id, args = [], taskQueue } = input.options;
          const proof = prove(ring, { kind: 'activity', workflowId: id, name: input.activityType, args }, taskQueue);
          return next({ ...input, headers: { ...input.headers, [proofHeader]: defaultPayloadConverter.toPayload(proof) } });
        },
      },
    ],
  };
}
