import { readFileSync } from 'node:fs';

/**
 * Returns the code of the workflow bundle with the key before its first line. The workflows' sandbox has no files and no variables of the environment, and
 * an argument of a workflow would stand in its history. The code keeps its lines, so that stacks stay right.
 */
export const keyedBundle = (bundlePath: string, key: string): string =>
  `const ringmasterKey = ${JSON.stringify(key)};${readFileSync(bundlePath, 'utf8')}`;
