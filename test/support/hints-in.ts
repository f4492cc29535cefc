import { isNode, nameOf, syntaxTree, type TreeNode } from './syntax-tree.ts';

/** An object with these keys alone is a hint (`src/domain/failure/hint.ts`). */
const keysOfHint = ['say', 'run', 'get'];
const isHint = (node: TreeNode): boolean => {
  const keys = (node['properties'] as readonly TreeNode[]).map(({ key }) => nameOf(key) ?? '');
  return keys.length > 0 && keys.every((key) => keysOfHint.includes(key));
};

/**
 * Returns the name of each hint of a TypeScript source: the declarations and the keys around it, such as `verdicts.busy`, and the code of the failure that
 * has it. A name that comes again gets a number.
 */
export function hintsIn(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) return value.forEach((one) => visit(one, path));
    if (!isNode(value)) return;
    if (value.type === 'ObjectExpression' && isHint(value)) found.push(path.join(' '));
    const [code] = value.type === 'NewExpression' ? (value['arguments'] as readonly unknown[]) : [];
    const own =
      value.type === 'VariableDeclarator' || value.type === 'FunctionDeclaration'
        ? nameOf(value['id'])
        : value.type === 'Property'
          ? nameOf(value['key'])?.replace(/^hint$/, '')
          : isNode(code) && typeof code['value'] === 'string'
            ? code['value']
            : undefined;
    const inner = own === undefined || own === '' ? path : [...path, own];
    for (const child of Object.values(value)) visit(child, inner);
  };
  visit(syntaxTree(source), []);
  return found.map((name, at) => {
    const before = found.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name} ${before + 1}`;
  });
}
