/** Translates zod's issues into our faults. Also removes the faulty parts from the file, so that the rest can still be checked. */
import type * as z from 'zod';
import type { Fault } from './fault.ts';
import { readRefusal } from './refusal.ts';
import { nearestName } from '../../base/nearest-name.ts';

export const schemaFaults = (issues: readonly z.core.$ZodIssue[], schema: z.ZodType): readonly Fault[] =>
  issues.flatMap((issue): readonly Fault[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys')
      return [{ path, ...readRefusal(issue.message), ...(issue.code === 'too_big' ? { code: 'limits.setting-too-large' } : {}) }];
    const known = keysAt(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      what: 'is not a key here',
      hint: nearestName(key, known) ?? `one of ${known.join(', ')}`,
    }));
  });

/** Returns the keys that the schema has at a path. */
function keysAt(schema: z.ZodType, path: Fault['path']): readonly string[] {
  const bare = unwrapped(schema);
  const [part, ...rest] = path;
  if (part === undefined) return bare.type === 'object' ? Object.keys(bare.shape) : [];
  const next = bare.type === 'object' ? bare.shape[part] : bare.type === 'array' ? bare.element : undefined;
  return next === undefined ? [] : keysAt(next, rest);
}

type Bare =
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: 'array'; readonly element: z.ZodType }
  | { readonly type: 'other' };

function unwrapped(schema: z.ZodType): Bare {
  const definition = schema.def as {
    readonly type: string;
    readonly innerType?: z.ZodType;
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly element?: z.ZodType;
  };
  if (definition.innerType !== undefined) return unwrapped(definition.innerType);
  if (definition.shape !== undefined) return { type: 'object', shape: definition.shape };
  return definition.element === undefined ? { type: 'other' } : { type: 'array', element: definition.element };
}

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
