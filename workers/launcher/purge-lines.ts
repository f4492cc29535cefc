import type { DownReport } from './down.ts';

/** Returns lines that say what a purge could not clear, and how to clear it later. */
export const purgeLines = ({ nodeFolders, left, namespaceKept }: Pick<DownReport, 'nodeFolders' | 'left' | 'namespaceKept'>): readonly string[] => [
  ...(namespaceKept === undefined ? [] : [`the namespace ${namespaceKept} keeps the workflows of this cluster: a new cluster needs another one`]),
  ...nodeFolders.flatMap((one) => {
    if (one.type === 'cleared')
      return one.left === undefined ? [] : [`node ${one.node}: kept ${one.folder}, because it contains ${one.left}, which is not ours`];
    const later = one.command === undefined ? '' : `. When it can be reached, this command clears it: ${one.command}`;
    return [`node ${one.node}: ${one.folder} is not cleared: ${one.because}${later}`];
  }),
  ...(left.length === 0 ? [] : [`kept what Ringmaster did not make: ${left.join(', ')}`]),
];
