/**
 * The fields of an event's payload. The compiler derives the payload's type from them, the storage derives the zod schema that checks it, and the
 * documents show them.
 */
import type { Given } from '../../base/given.ts';

interface ValueOfKind {
  readonly text: string;
  readonly number: number;
  readonly texts: readonly string[];
}
export type FieldKind = keyof ValueOfKind;

export interface Field {
  readonly kind: FieldKind;
  readonly optional: boolean;
  /** The meaning of the field, for the documents. */
  readonly means: string;
}
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F extends Field> = F['optional'] extends true ? ValueOfKind[F['kind']] | undefined : ValueOfKind[F['kind']];
/** The payload that these fields describe. */
export type PayloadOf<F extends Fields> = Given<{ readonly [Name in keyof F]: ValueOf<F[Name]> }>;

const field =
  <const Kind extends FieldKind>(kind: Kind) =>
  (means: string) =>
    ({ kind, optional: false, means }) as const;

export const text = field('text');
export const number = field('number');
export const texts = field('texts');

/** Returns the field as one that a payload may leave out. */
export const maybe = <const Kind extends FieldKind>(one: { readonly kind: Kind; readonly means: string }) => ({ ...one, optional: true }) as const;
