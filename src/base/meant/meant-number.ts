/** Numbers as people write them: `10,000`, `1_000`, `1.000.000`, `0,5`, `50%`, `20k`. */
const factors = { '': 1, k: 1e3, m: 1e6, '%': 0.01 } as const;
const grouped = /^([-+]?)(\d{1,3})(?:([ _'’,.])\d{3})(?:\3\d{3})*$/;

/** Returns whether the text is digits in groups of three. Such a text can mean a thousand or a fraction: `1.000`. */
export const isGrouped = (text: string): boolean => grouped.test(text.replaceAll(/[\u00A0\u202F]/g, ' '));

/** Returns the number that a person most likely meant, or undefined. `fraction` says that a number below 1 can be meant, so `0,250` is a quarter. */
export function meantNumber(text: string, { fraction = false }: { readonly fraction?: boolean } = {}): number | undefined {
  const bare = text.replaceAll(/[\u00A0\u202F]/g, ' ').trim();
  if (isGrouped(bare) && !fraction) return Number(bare.replaceAll(/[ _'’,.]/g, ''));
  const match = /^([-+]?[\d_]*[.,]?\d+(?:[eE][-+]?\d+)?)\s*([kKmM%]?)$/.exec(bare);
  if (match === null) return undefined;
  const factor = factors[(match[2] ?? '').toLowerCase() as keyof typeof factors];
  const value = Number((match[1] ?? '').replaceAll('_', '').replace(',', '.')) * factor;
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : undefined;
}
