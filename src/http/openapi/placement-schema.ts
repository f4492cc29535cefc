/** The schema of the rule that keeps a pending item from a node (`src/domain/item/placement.ts`). */
import * as z from 'zod';
import { nodeStates } from '../../domain/node/node.ts';
import { nodeServicesShown } from '../../domain/node/wish.ts';
import { atMs, count, failureCode, optional, text, texts } from './basic-schemas.ts';

const refusal = z
  .discriminatedUnion('rule', [
    z.object({ rule: z.literal('not-alive'), state: z.enum(nodeStates) }),
    z.object({ rule: z.literal('out-of-service'), service: z.enum(nodeServicesShown) }),
    z.object({ rule: z.literal('too-small'), slots: count }),
    z.object({ rule: z.literal('label-missing'), labels: texts }),
    z.object({ rule: z.literal('resting'), untilMs: atMs, code: failureCode }),
    z.object({ rule: z.literal('canary'), code: failureCode }),
    z.object({ rule: z.literal('avoided'), untilMs: atMs, code: optional(failureCode) }),
    z.object({ rule: z.literal('reserved'), reservedFor: text }),
    z.object({ rule: z.literal('full'), slots: count, free: count }),
  ])
  .describe('The first rule that keeps the item from the node.');
export const placement = z.object({ node: text, refusal: optional(refusal) }).describe('Whether the node may take the pending item now.');
