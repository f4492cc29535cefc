import { parseAst } from 'rolldown/parseAst';

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SourceString {
  /** The content of the string. In a template, each expression is replaced by `{}`. */
  readonly text: string;
  /** The name of the property whose value is the string. Empty when the string is not the value of a property. */
  readonly property: string;
}

/** Returns every string literal and template of a TypeScript or JavaScript source, but no comment. */
export function sourceStrings(source: string): readonly SourceString[] {
  const found: SourceString[] = [];
  const visit = (value: unknown, property: string): void => {
    if (Array.isArray(value)) return value.forEach((one) => visit(one, property));
    if (!isNode(value)) return;
    if (value.type === 'Literal' && typeof value['value'] === 'string') found.push({ text: value['value'], property });
    if (value.type === 'TemplateLiteral') {
      const parts = value['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
      found.push({ text: parts.map((part) => part.value.cooked).join('{}'), property });
    }
    const own = value.type === 'Property' ? nameOf(value['key']) : property;
    for (const [field, child] of Object.entries(value)) visit(child, value.type === 'Property' && field === 'value' ? own : '');
  };
  visit(parseAst(source, { lang: 'ts' }), '');
  return found;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
const nameOf = (key: unknown): string => (isNode(key) && typeof key['name'] === 'string' ? key['name'] : '');
