import type { WorkItemSpec } from '../../domain/item/work-item.ts';

/** Returns an item's slots and labels as one text, which is never empty. Slots and labels decide on which nodes an item may run. */
export const shapeOf = (spec: Pick<WorkItemSpec, 'slots' | 'labels'>): string => `${spec.slots}:${spec.labels.toSorted().join(',')}`;

export const slotsOfShape = (shape: string): number => Number(shape.slice(0, shape.indexOf(':')));
export const labelsOfShape = (shape: string): readonly string[] =>
  shape
    .slice(shape.indexOf(':') + 1)
    .split(',')
    .filter((label) => label !== '');
