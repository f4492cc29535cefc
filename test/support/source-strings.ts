import { isNode, syntaxTree, textOf } from './syntax-tree.ts';

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
    const text = textOf(value);
    if (text !== undefined) found.push({ text, property });
    const own = value.type === 'Property' ? identifierOf(value['key']) : property;
    for (const [field, child] of Object.entries(value)) visit(child, value.type === 'Property' && field === 'value' ? own : '');
  };
  visit(syntaxTree(source), '');
  return found;
}

const identifierOf = (key: unknown): string => (isNode(key) && typeof key['name'] === 'string' ? key['name'] : '');
