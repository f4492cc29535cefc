import { RingmasterError } from '../../domain/failure.ts';
import { isItemId } from '../../domain/ids.ts';
import { jobKinds, type WorkItemSpec } from '../../domain/work-item.ts';

export type { WorkItemSpec };

/** What a person writes: everything but `id` and `command` has a default. */
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

const optional = ['owner', 'pipeline', 'turn', 'verify', 'payload'];
const known = new Set(['id', 'command', ...Object.keys(defaults), ...optional]);
const strings = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
const record = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const whole = (value: unknown, min: number, max: number): boolean => Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** One object or a list. All faults of all items are reported at once. */
export function parseItemSpecs(value: unknown): readonly WorkItemSpec[] {
  const list = Array.isArray(value) ? value : [value];
  const faults: string[] = [];
  if (list.length === 0 || list.length > 1000) faults.push(`${list.length} items: 1 to 1,000 at once`);
  const specs = list.map((one, index) => {
    const found = record(one) ? faultsOf(one) : ['is not an object'];
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
    hint: 'bin/ringmaster queue add --help for an example',
    fields: { faults: faults.length },
  });
}

function faultsOf(one: Record<string, unknown>): string[] {
  const spec: Record<string, unknown> = { ...defaults, ...one };
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  must(typeof spec['id'] === 'string' && isItemId(spec['id']), 'id must be [a-z0-9][a-z0-9.-]*, at most 121 characters');
  must(strings(spec['command']) && spec['command'].length > 0, 'command must be a list of strings: program and arguments');
  must((jobKinds as readonly unknown[]).includes(spec['kind']), `kind must be one of ${jobKinds.join(', ')}`);
  must(whole(spec['priority'], -1_000_000, 1_000_000), 'priority must be a whole number');
  must(record(spec['env']) && Object.values(spec['env']).every((text) => typeof text === 'string'), 'env must map names to strings');
  must(record(spec['request']), 'request must be an object');
  must(Array.isArray(spec['inputs']) && Array.isArray(spec['outputs']), 'inputs and outputs must be lists');
  must(whole(spec['seed'], 0, 0xffff_ffff), 'seed must be a whole number of 32 bits');
  must(whole(spec['attemptsMax'], 1, 100), 'attemptsMax must be 1 to 100');
  must(whole(spec['slots'], 1, 1024), 'slots must be 1 to 1,024');
  must(strings(spec['labels']), 'labels must be a list of strings');
  must(spec['verify'] === undefined || strings(spec['verify']), 'verify must be a list of strings');
  const limits = spec['limits'];
  must(
    record(limits) && whole(limits['runSecondsMax'], 1, 31_536_000) && whole(limits['silentSecondsMax'], 1, 31_536_000),
    'limits must have runSecondsMax and silentSecondsMax',
  );
  faults.push(
    ...Object.keys(one)
      .filter((name) => !known.has(name))
      .map((name) => `${name} is not a field of an item`),
  );
  return faults;
}
