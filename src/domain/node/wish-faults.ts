import { authorFaults } from '../author-faults.ts';
import { isNodeId } from '../ids.ts';
import { slotsMax, wishLabelsMax } from '../limits.ts';
import { nodeServices, type WishRequest } from './wish.ts';

/** Returns one sentence for each fault of a request, which a person may have written by hand. Returns an empty list for a good request. */
export function wishFaults(request: { readonly [Field in keyof WishRequest]: unknown }): readonly string[] {
  const { node, service, reason, by, force, slots, labels } = request;
  const isSlots = typeof slots === 'number' && Number.isInteger(slots) && slots >= 1 && slots <= slotsMax;
  const isLabels = Array.isArray(labels) && labels.length <= wishLabelsMax && labels.every((label) => typeof label === 'string' && label !== '');
  const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
  return [
    ...(typeof node === 'string' && isNodeId(node) ? [] : ['node must be the id of a node']),
    ...([...nodeServices, 'lost'].some((known) => known === service) ? [] : [`service must be one of ${nodeServices.join(', ')}, or lost`]),
    ...authorFaults({ reason, by }),
    ...(force === undefined || typeof force === 'boolean' ? [] : ['force must be true or false']),
    ...(!isGiven(slots) || isSlots ? [] : [`slots must be 1 to ${slotsMax}, or null`]),
    ...(!isGiven(labels) || isLabels ? [] : [`labels must be a list of at most ${wishLabelsMax} texts, or null`]),
  ];
}
