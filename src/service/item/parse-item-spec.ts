import { RingmasterError } from '../../domain/failure/error.ts';
import { queueFaults } from '../../domain/item/item-faults.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';

/** An item as a person writes it. Every field except `id` and `command` has a default. */
const defaults = {
  kind: 'command',
  priority: 0,
  env: {},
  request: {},
  inputs: [],
  outputs: [],
  seed: 1,
  attemptsMax: 3,
  slots: 1,
  labels: [],
  limits: { runSecondsMax: 3600, silentSecondsMax: 300 },
} as const;

const record = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the items of one object or of a list. Throws one failure with all faults of all items. */
export function parseItemSpecs(value: unknown): readonly WorkItemSpec[] {
  const list = Array.isArray(value) ? value : [value];
  const faults: string[] = [];
  if (list.length === 0 || list.length > 1000) faults.push(`${list.length} items: 1 to 1,000 at once`);
  const specs = list.map((one, index) => {
    const found = record(one) ? queueFaults({ ...defaults, ...one }) : ['is not an object'];
    const name = record(one) && typeof one['id'] === 'string' ? one['id'] : `item ${index + 1}`;
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    return { ...defaults, ...(one as object) } as unknown as WorkItemSpec;
  });
  const ids = specs.map((spec) => spec.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined && faults.length === 0) faults.push(`${twice}: stands there twice`);
  if (faults.length === 0) return specs;
  throw new RingmasterError('config.invalid', {
    cannot: 'enqueue',
    because: faults.slice(0, 20).join('; '),
    hint: { say: 'the example in the help', run: 'ringmaster queue add --help' },
    fields: { faults: faults.length },
  });
}
