/** Reads the tree of a zod schema: what a key may be, and which keys stand below it. */
import type * as z from 'zod';

interface Definition {
  readonly type: string;
  readonly check?: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

/** Returns every form that a value may have, without defaults, unions and transforms around it. */
function formsOf(schema: z.ZodType): readonly Definition[] {
  const definition = schema.def as Definition;
  if (definition.innerType !== undefined) return formsOf(definition.innerType);
  if (definition.in !== undefined) return formsOf(definition.in);
  return definition.options === undefined ? [definition] : definition.options.flatMap(formsOf);
}

/** Returns the schema of a part of a value, or undefined when the schema knows no such part. */
export function partSchema(schema: z.ZodType | undefined, part: string | number): z.ZodType | undefined {
  if (schema === undefined) return undefined;
  for (const { shape, element, valueType } of formsOf(schema)) {
    const found = typeof part === 'number' ? element : ((shape !== undefined && Object.hasOwn(shape, part) ? shape[part] : undefined) ?? valueType);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the keys that the schema has at a path. */
export function keysAt(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  const at = path.reduce<z.ZodType | undefined>(partSchema, schema);
  return at === undefined ? [] : formsOf(at).flatMap(({ shape }) => Object.keys(shape ?? {}));
}

/** Returns the paths of all keys with this name, as `nodes[].ssh.host`. `gamesPerTurn` also names `games.perTurn`, as the changes of a file do. */
export const placesOf = (schema: z.ZodType, key: string, at = '', holder = ''): readonly string[] =>
  formsOf(schema).flatMap(({ shape, element }) => [
    ...Object.entries(shape ?? {}).flatMap(([name, inner]) => {
      const path = at === '' ? name : `${at}.${name}`;
      return name === key || joined(holder, name) === key ? [path] : placesOf(inner, key, path, name);
    }),
    ...(element === undefined ? [] : placesOf(element, key, `${at}[]`)),
  ]);

const joined = (holder: string, name: string): string => `${holder}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** Returns whether a value may be text. A scalar keeps its source text there. */
export const isText = (schema: z.ZodType | undefined): boolean =>
  schema !== undefined &&
  formsOf(schema).some(
    ({ type, values, entries }) => type === 'string' || entries !== undefined || values?.some((value) => typeof value === 'string') === true,
  );

/** Returns whether a value must be a whole number. */
export const isWhole = (schema: z.ZodType | undefined): boolean =>
  schema !== undefined && formsOf(schema).some(({ type, check }) => type === 'number' && check === 'number_format');
