/**
 * The file of an output in a dataset is `<item>.<path>` (`settle.sh`). The ids of items and the paths may both have dots, so two items can name one file:
 * item `a` with the output `b.c`, and item `a.b` with the output `c`.
 */
import { isItemId, type ItemId } from '../ids.ts';
import type { OutputRule, WorkItemSpec } from './work-item.ts';

interface NamedFile {
  readonly item: ItemId;
  /** The output that would be this file, if the item has it. */
  readonly output: OutputRule;
  /** The output of the given item that is this file. */
  readonly own: OutputRule;
}

/** Returns all other ids of items, each with the output, that would name a file of this item in a dataset. */
export function sameFiles({ id, outputs }: Pick<WorkItemSpec, 'id' | 'outputs'>): readonly NamedFile[] {
  return outputs.flatMap((own) => {
    if (own.to === 'home') return [];
    const parts = `${id}.${own.path}`.split('.');
    return parts.slice(1).flatMap((_, at) => {
      const [item, path] = [parts.slice(0, at + 1).join('.'), parts.slice(at + 1).join('.')];
      return item === id || path === '' || !isItemId(item) ? [] : [{ item, own, output: { path, to: own.to } }];
    });
  });
}
