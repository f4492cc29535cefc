import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { toApplicationFailure } from '../activities/with-failures.ts';
import { keyMissing } from '../src/contract/proof/key-missing.ts';
import { type KeyRing, proves } from '../src/contract/proof/key-ring.ts';
import { proofHeader } from '../src/contract/proof/proof.ts';
import { RingmasterError } from '../src/domain/failure/error.ts';
import { logOf } from '../src/telemetry/log.ts';

/** Returns an interceptor that refuses each activity without the proof of the cluster's key, before the activity runs. Temporal does not repeat it. */
export const proofOfActivity =
  (ring: KeyRing): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const workflowId = info.workflowExecution?.workflowId ?? info.activityId;
        const effect = { kind: 'activity', workflowId, name: info.activityType, args: input.args } as const;
        if (proves(ring, textOf(input.headers[proofHeader]), effect, info.taskQueue)) return next(input);
        const error = new RingmasterError('temporal.key-missing', keyMissing(effect));
        logOf('activity').error(error.message);
        throw toApplicationFailure(error);
      },
    },
  });

function textOf(header: Payload | undefined): unknown {
  if (header === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(header);
  } catch {
    return undefined; // It is no JSON, so it is no proof.
  }
}
