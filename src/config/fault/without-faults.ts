import type { Fault } from './fault.ts';

/**
 * Returns a copy of the value without the faulty keys and values. Where the schema has a default, the default replaces the faulty value. A faulty
 * entry of a list becomes undefined, so that the other entries keep their indices.
 */
export function withoutFaults(value: unknown, faults: readonly Fault[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const { path } of faults) {
    const holder = path.slice(0, -1).reduce<unknown>((at, part) => (isHolder(at) ? at[part] : undefined), copy);
    const last = path.at(-1);
    if (last === undefined || !isHolder(holder)) continue;
    if (Array.isArray(holder)) holder[Number(last)] = undefined;
    else delete holder[last];
  }
  return copy;
}

const isHolder = (value: unknown): value is Record<string | number, unknown> => typeof value === 'object' && value !== null;
