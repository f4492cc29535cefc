import { RingmasterError } from '../../../domain/failure/error.ts';
import type { FailureFields } from '../../../domain/failure/record.ts';
import type { FailureCode } from '../../../domain/failure/table.ts';
import { copyLimits, treeLimits } from '../../limits.ts';
import { shownName } from './file-name.ts';
import type { LinkFault } from './link-rule.ts';
import type { TreeEntry } from './tree-entry.ts';

/** Why an entry of a tree is not carried. */
export type TreeFault = LinkFault | 'socket' | 'fifo' | 'device' | 'unreadable' | 'long-path';

export interface RefusedEntry {
  readonly path: string;
  readonly fault: TreeFault;
  /** The text of a link. */
  readonly target?: string;
}

/** The path of a tree in itself. */
export const wholeTree = '.';
const shownPath = (path: string): string => (path === wholeTree ? 'the folder itself' : shownName(path));

const linkFix = 'a copy of the file in place of the link, or a relative link to a file inside the folder';
const specialFix = 'moving it out of the folder';

/** The words for each fault, and the fix. */
const faults = {
  'absolute-link': { what: (target) => `is a symbolic link to the absolute path ${target}`, fix: linkFix },
  'link-outside': { what: (target) => `is a symbolic link to ${target}, which leads out of the folder`, fix: linkFix },
  'link-loop': { what: (target) => `is a symbolic link to ${target}, which leads back to itself`, fix: 'removing the link' },
  socket: { what: () => 'is a socket', fix: specialFix },
  fifo: { what: () => 'is a named pipe', fix: specialFix },
  device: { what: () => 'is a device', fix: specialFix },
  unreadable: {
    what: () => 'may not be read by the user of Ringmaster',
    fix: 'letting that user read it (chmod u+r, for a folder chmod u+rx), or moving it out of the folder',
  },
  'long-path': { what: () => `is a path of more than ${treeLimits.pathBytesMax} bytes`, fix: 'shorter names or fewer folders' },
} as const satisfies Record<TreeFault, { readonly what: (target: string) => string; readonly fix: string }>;

/** Returns the words about refused entries: their names with the rule that each breaks, and the fixes. */
export function refusalWords(refused: readonly RefusedEntry[]): { readonly because: string; readonly fix: string } {
  const shown = refused.slice(0, copyLimits.badFilesShownMax);
  const more = refused.length - shown.length;
  const names = shown.map(({ path, fault, target = '' }) => `${shownPath(path)} ${faults[fault].what(shownName(target))}`);
  return {
    because: [...names, ...(more > 0 ? [`${more} more like these`] : [])].join('; '),
    fix: [...new Set(refused.map(({ fault }) => faults[fault].fix))].join('; '),
  };
}

/** Returns the failure of a tree that cannot be carried as it is. It names the entries, and nothing was sent. */
export function refusedTree(root: string, refused: readonly RefusedEntry[], fields: FailureFields = {}): RingmasterError {
  const { because, fix } = refusalWords(refused);
  return new RingmasterError('sync.tree-refused', {
    cannot: `carry the folder ${root}`,
    because,
    hint: { say: fix },
    fields: { path: root, name: shownName(refused[0]?.path ?? ''), ...fields },
  });
}

/** Returns the failure of a tree that changed during each of several copies. */
export const changingTree = (root: string, paths: readonly string[], fields: FailureFields = {}): RingmasterError =>
  new RingmasterError('sync.source-changing', {
    cannot: `copy the folder ${root}`,
    because: `these files changed while they were copied, ${treeLimits.changedCopiesMax} times in a row: ${paths.slice(0, copyLimits.badFilesShownMax).map(shownName).join(', ')}`,
    hint: { say: 'again when nothing writes to the folder, or a folder that gets finished files by a rename' },
    fields: { path: root, name: shownName(paths[0] ?? ''), ...fields },
  });

/** These failures have another cause when the tree changed while it was copied. */
const causedByChange: ReadonlySet<FailureCode> = new Set<FailureCode>(['sync.corrupt', 'sync.source-missing', 'sync.interrupted']);

export const isCausedByChange = (error: unknown): boolean => error instanceof RingmasterError && causedByChange.has(error.code);

/** Returns the paths of the entries that came, went or changed between two lists of a tree. */
export function changedEntries(before: readonly TreeEntry[], now: readonly TreeEntry[]): readonly string[] {
  const told = ({ kind = 'file', sha256, target = '' }: TreeEntry): string => `${kind} ${sha256} ${target}`;
  const left = new Map(before.map((entry) => [entry.path, told(entry)]));
  const changed: string[] = [];
  for (const entry of now) {
    if (left.get(entry.path) !== told(entry)) changed.push(entry.path);
    left.delete(entry.path);
  }
  return [...changed, ...left.keys()];
}
