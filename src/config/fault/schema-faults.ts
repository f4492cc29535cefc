/** Translates zod's issues into our faults. */
import type * as z from 'zod';
import { nearestName } from '../../base/nearest-name.ts';
import { keysAt, placesOf } from '../schema/schema-tree.ts';
import type { Fault } from './fault.ts';
import type { YamlDocument } from './yaml-document.ts';
import { readRefusal } from './refusal.ts';

/** The hint of an unknown key can depend on the key before it in the document. */
export function schemaFaults(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, document: YamlDocument): readonly Fault[] {
  const faults = eachFault(issues, schema, document);
  const meant = new Set(faults.flatMap(({ path, what, hint }) => (what === unknownKey ? [JSON.stringify([...path.slice(0, -1), hint])] : [])));
  // A key that stands there under another name is not missing.
  return faults.filter(({ path }) => document.has(path) || !meant.has(JSON.stringify(path)));
}

const unknownKey = 'is not a key here';

const eachFault = (issues: readonly z.core.$ZodIssue[], schema: z.ZodType, document: YamlDocument): readonly Fault[] =>
  issues.flatMap((issue): readonly Fault[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys')
      return [{ path, ...readRefusal(issue.message), ...(issue.code === 'too_big' ? { code: 'limits.setting-too-large' } : {}) }];
    const known = keysAt(schema, path);
    const holder = path.reduce<unknown>((at, part) => (at as Readonly<Record<string | number, unknown>>)[part], document.value);
    return issue.keys.map(
      (key) =>
        commaFault(key, path, holder, document.keyBefore([...path, key])) ?? {
          path: [...path, key],
          what: unknownKey,
          hint: keyHint(key, known, schema, path),
        },
    );
  });

/** In braces, the comma of `10,000` ends the value, and the last digits become a key of their own. */
function commaFault(key: string, path: Fault['path'], holder: unknown, before: string | number | undefined): Fault | undefined {
  const number = before === undefined ? undefined : (holder as Readonly<Record<string, unknown>>)[before];
  if (!/^\d{3}$/.test(key) || before === undefined || typeof number !== 'number') return undefined;
  return { path: [...path, before], what: `${number},${key} is ${number} here, because a comma ends a value in braces`, hint: `${number}${key}` };
}

function keyHint(key: string, known: readonly string[], schema: z.ZodType, path: Fault['path']): string {
  const near = nearestName(key, known);
  if (near !== undefined) return near;
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
