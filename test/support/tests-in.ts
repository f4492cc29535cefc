import { isNode, nameOf, syntaxTree, textOf, type TreeNode } from './syntax-tree.ts';

/** One test of a test file, with what its body, its rows and the helpers that it uses have. Only helpers of the same file count. */
export interface FoundTest {
  readonly name: string;
  /** The strings in its rows: the argument of `each`. */
  readonly rows: ReadonlySet<string>;
  /** All its strings and regular expressions, without backslashes. */
  readonly strings: readonly string[];
  /** All names of variables, functions, properties and keys. */
  readonly names: ReadonlySet<string>;
  /** The number of steps that are awaited, or that call something from another file or another program. */
  readonly steps: number;
}

const isFunction = ({ type }: TreeNode): boolean => type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
const argumentsOf = (call: TreeNode): readonly TreeNode[] => (call['arguments'] as readonly unknown[]).filter(isNode);
const childrenOf = (node: TreeNode): readonly TreeNode[] => Object.values(node).flat().filter(isNode);

/** Returns the name at the beginning of `a.b(c).d`, which is `a`. */
function rootOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Identifier') return nameOf(value);
  return rootOf(value['object'] ?? value['callee'] ?? value['argument']);
}

const isCallOf = (node: TreeNode, names: readonly string[]): boolean =>
  node.type === 'CallExpression' && names.includes(rootOf(node['callee']) ?? '');
/** The call that has the name and the body of a test. `test.each(rows)` alone has neither. */
const isTest = (node: TreeNode): boolean => {
  if (!isCallOf(node, ['test', 'it'])) return false;
  const [first, ...others] = argumentsOf(node);
  return first !== undefined && textOf(first) !== undefined && others.some(isFunction);
};

interface Found {
  readonly tests: TreeNode[];
  readonly declared: Map<string, TreeNode>;
  readonly imported: Set<string>;
}

/** Finds the tests, and the declarations that all tests of the file can use: those outside a test and outside a function. */
function find(node: TreeNode, found: Found): void {
  if (isTest(node)) return void found.tests.push(node);
  if (node.type === 'ImportDeclaration') {
    const from = nameOf(node['source']) ?? '';
    if (from === 'node:child_process' || !/^(node:|vitest$)/.test(from))
      for (const { local } of node['specifiers'] as readonly TreeNode[]) found.imported.add(nameOf(local) ?? '');
    return;
  }
  if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    const name = nameOf(node['id']);
    if (name !== undefined) found.declared.set(name, node);
    return;
  }
  const isGroup = isCallOf(node, ['describe']);
  for (const child of childrenOf(node))
    if (isGroup || !isFunction(child)) find(isGroup && isFunction(child) ? (child['body'] as TreeNode) : child, found);
}

interface Seen {
  readonly strings: string[];
  readonly names: Set<string>;
  readonly steps: Set<TreeNode>;
  readonly declarations: Set<TreeNode>;
}
const nothingSeen = (): Seen => ({ strings: [], names: new Set(), steps: new Set(), declarations: new Set() });

/** Reads a part of a test, and each declaration of the file that the part names. */
function read(node: TreeNode, { declared, imported }: Found, seen: Seen): void {
  const visit = (one: TreeNode, isReference: boolean): void => {
    const text = textOf(one);
    if (text !== undefined) seen.strings.push(text);
    const regex = one['regex'] as { readonly pattern: string } | undefined;
    if (one.type === 'Literal' && regex !== undefined) seen.strings.push(regex.pattern.replaceAll('\\', ''));
    if (one.type === 'Identifier') {
      const name = nameOf(one) ?? '';
      seen.names.add(name);
      const declaration = isReference ? declared.get(name) : undefined;
      if (declaration !== undefined && !seen.declarations.has(declaration)) {
        seen.declarations.add(declaration);
        visit(declaration, true);
      }
    }
    if (one.type === 'AwaitExpression') seen.steps.add(isNode(one['argument']) ? one['argument'] : one);
    if (one.type === 'CallExpression' || one.type === 'NewExpression') {
      const root = rootOf(one['callee']) ?? '';
      if (imported.has(root) || imported.has(rootOf(declared.get(root)?.['init']) ?? '')) seen.steps.add(one);
    }
    for (const [field, child] of Object.entries(one)) {
      const isName =
        one['computed'] !== true && ((one.type === 'MemberExpression' && field === 'property') || (one.type === 'Property' && field === 'key'));
      for (const part of [child].flat()) if (isNode(part)) visit(part, !isName);
    }
  };
  visit(node, true);
}

/** Returns the tests of a test file. */
export function testsIn(source: string): readonly FoundTest[] {
  const found: Found = { tests: [], declared: new Map(), imported: new Set() };
  find(syntaxTree(source) as TreeNode, found);
  return found.tests.map((test) => {
    const [first] = argumentsOf(test);
    const [rows, all] = [nothingSeen(), nothingSeen()];
    read(test['callee'] as TreeNode, found, rows);
    read(test, found, all);
    return {
      name: first === undefined ? '' : (textOf(first) ?? ''),
      rows: new Set(rows.strings),
      strings: all.strings,
      names: all.names,
      steps: all.steps.size,
    };
  });
}

/**
 * Returns whether the test reads the hint of a failure, and executes at least two steps: one that fails, and one that works when the hint is followed.
 * The hint of a fault in a cluster file stands behind "try".
 */
export const followsHint = ({ names, strings, steps }: FoundTest): boolean =>
  steps >= 2 && (names.has('hint') || strings.some((text) => /\btry \(/.test(text)));
