import type { PlacementRule, Refusal } from '../../domain/item/placement.ts';
import { ago, plural } from '../say.ts';

type Say = { readonly [Rule in PlacementRule]: (refusal: Extract<Refusal, { readonly rule: Rule }>, nowMs: number) => string };

const say: Say = {
  'not-alive': ({ state }) => `not alive (${state})`,
  'out-of-service': ({ service }) => `out of service (${service})`,
  'too-small': ({ slots }) => `too small, it has ${plural(slots, 'slot')}`,
  'label-missing': ({ labels }) => `lacks ${plural(labels.length, 'label')} ${labels.join(', ')}`,
  resting: ({ untilMs, code }, nowMs) =>
    `rests because jobs failed there (${code})${untilMs > nowMs ? `; one item may try it in ${ago(untilMs - nowMs)}` : ''}`,
  canary: ({ code }) => `rests because jobs failed there (${code}); one item is trying it now`,
  avoided: ({ untilMs, code }, nowMs) =>
    `avoided for ${ago(untilMs - nowMs)} more, because ${code === undefined ? 'games of the item were damaged' : `the item failed`} there${code === undefined ? '' : ` (${code})`} and another node could take it`,
  reserved: ({ reservedFor }) => `its free slots are kept for ${reservedFor}, which goes first`,
  full: ({ slots, free }) => (free === 0 ? `no free slot of ${slots}` : `${free} of ${plural(slots, 'slot')} free, and items that go first get them`),
};

/** Returns the rule that keeps an item from a node, in words that follow the name of the node. */
export const sayRefusal = <Rule extends PlacementRule>(refusal: Extract<Refusal, { readonly rule: Rule }>, nowMs: number): string =>
  (say[refusal.rule] as (refusal: Refusal, nowMs: number) => string)(refusal, nowMs);
