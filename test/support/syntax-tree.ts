import { parseAst } from 'rolldown/parseAst';

/** A node of the syntax tree of a TypeScript or JavaScript source. */
export interface TreeNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

export const isNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && typeof (value as { readonly type?: unknown }).type === 'string';

export const syntaxTree = (source: string): unknown => parseAst(source, { lang: 'ts' });

/** Returns the name of a key or of an identifier. */
export const nameOf = (key: unknown): string | undefined =>
  isNode(key) ? [key['name'], key['value']].find((name): name is string => typeof name === 'string') : undefined;

/** Returns the text of a string literal or of a template, in which `{}` replaces each expression. Returns undefined for any other node. */
export function textOf({ type, value, quasis }: TreeNode): string | undefined {
  if (type === 'Literal' && typeof value === 'string') return value;
  if (type !== 'TemplateLiteral') return undefined;
  return (quasis as readonly { readonly value: { readonly cooked: string } }[]).map((part) => part.value.cooked).join('{}');
}
