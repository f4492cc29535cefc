type OptionalKey<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The fields of `T`, where a field that may be undefined is optional instead. */
export type Given<T> = Omit<T, OptionalKey<T>> & { [K in OptionalKey<T>]?: Exclude<T[K], undefined> };

/** Returns a copy of `fields` without its undefined members. Our compiler settings require that an optional property is absent, not undefined. */
export function given<const T extends object>(fields: T): Given<T> {
  // This is a loop, because the function runs for each row that a claim reads. `Object.fromEntries` would take five times as long.
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(fields) as (keyof T & string)[]) if (fields[name] !== undefined) kept[name] = fields[name];
  return kept as Given<T>;
}
