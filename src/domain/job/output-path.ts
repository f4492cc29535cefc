/**
 * Returns whether a path is relative, stays in its folder and fits in a line of text. So it has no `..`, no empty part, no control character and no
 * backslash.
 */
export const isOutputPath = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/[\p{Cc}\\]/u.test(path);
