/** Translates zod's issues into our faults. */
import type * as z from 'zod';
import { nearestName } from '../../base/nearest-name.ts';
import { keysAt, placesOf } from '../schema/schema-tree.ts';
import type { Fault } from './fault.ts';
import { readRefusal } from './refusal.ts';

/** `value` is the whole file as it was read. The hint of an unknown key can depend on the keys beside it. */
export const schemaFaults = (issues: readonly z.core.$ZodIssue[], schema: z.ZodType, value: unknown): readonly Fault[] =>
  issues.flatMap((issue): readonly Fault[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys')
      return [{ path, ...readRefusal(issue.message), ...(issue.code === 'too_big' ? { code: 'limits.setting-too-large' } : {}) }];
    const known = keysAt(schema, path);
    const holder = path.reduce<unknown>((at, part) => (at as Readonly<Record<string | number, unknown>>)[part], value);
    return issue.keys.map((key) => ({ path: [...path, key], what: 'is not a key here', hint: keyHint(key, known, schema, holder, path) }));
  });

function keyHint(key: string, known: readonly string[], schema: z.ZodType, holder: unknown, path: Fault['path']): string {
  const near = nearestName(key, known);
  if (near !== undefined) return near;
  // In braces, the comma of `10,000` ends the value, and the last digits become a key of their own.
  const beside = Object.entries(holder as object);
  const [before, number] = beside[beside.findIndex(([name]) => name === key) - 1] ?? [];
  if (/^\d{3}$/.test(key) && typeof number === 'number') return `${before}: ${number}${key}, without the comma`;
  const here = path.map((part) => (typeof part === 'number' ? '[]' : part));
  const nearness = (place: string): number =>
    here.filter(
      (_part, index) =>
        place
          .replaceAll('[]', '.[]')
          .split('.')
          .slice(0, index + 1)
          .join('.') === here.slice(0, index + 1).join('.'),
    ).length;
  const [place] = placesOf(schema, key).toSorted((a, b) => nearness(b) - nearness(a));
  return place === undefined ? `one of ${known.join(', ')}` : `${place}, where the key belongs, or one of ${known.join(', ')}`;
}
