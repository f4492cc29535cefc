import type { FailureCode } from '../../domain/failure/table.ts';

/** One thing that is wrong with the cluster file, and its place. */
export interface Fault {
  readonly path: readonly (string | number)[];
  /** The fault, as a clause whose subject is the value at `path`: "0 is less than 1". */
  readonly what: string;
  /** The words that follow "try": a value, or what to do. */
  readonly hint: string;
  /**
   * The other keys that the fault rests on. The file may not contain `path`, because the key at `path` has its default value. The fault is then shown
   * at the line of the first of these that the file contains. When one of them has a fault of its own, this fault is not shown.
   */
  readonly also?: readonly (readonly (string | number)[])[];
  /** True: the rest of the file was read in spite of this fault, so its path hides no other fault. */
  readonly isAside?: true;
  /** The code of the failure when the file has no other fault. Absent: `config.invalid`. */
  readonly code?: Extract<FailureCode, 'config.invalid' | 'config.state-folder' | 'limits.setting-too-large' | 'sync.tree-refused'>;
}

/** Returns a path as `nodes[0].ssh.host`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

export interface LocatedFault extends Fault {
  readonly file: string;
  readonly line: number;
}

/** Returns a fault as `cluster.yaml:12: nodes[0].slots: 0 is less than 1; try 2`. */
export const faultText = ({ file, line, path, what, hint }: LocatedFault): string =>
  [`${file}:${line}`, ...(path.length === 0 ? [] : [pathText(path)]), `${what}; try ${hint}`].join(': ');
