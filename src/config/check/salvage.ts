import { stageKeys } from '../../domain/pipeline/stages.ts';
import type { Fault } from '../fault/fault.ts';
import { withoutFaults } from '../fault/without-faults.ts';
import { clusterFileSchema, entrySchemas } from '../schema/cluster-schema.ts';
import type { CheckedFile } from './checked-file.ts';

const word = 'salvage';
/** The keys without a default, each with a value that passes. A fault that rests on such a key is a consequence of the key's own fault. */
const required = {
  nodes: { id: word },
  datasets: { id: word, origin: 'node' },
  pipelines: { name: word, payload: '.' },
  daemons: { id: word, command: [word] },
} as const;

/**
 * Returns the parts of a faulty file that can still be checked. Defaults replace faulty values, and a placeholder replaces a value that has no default.
 * An entry of a list that no placeholder completes is undefined.
 */
export function salvage(value: unknown, faults: readonly Fault[], has: CheckedFile['has']): CheckedFile | undefined {
  const rest = withoutFaults(value, faults);
  if (!isMapping(rest)) return undefined;
  const whole = clusterFileSchema.safeParse({ cluster: word, ...rest, nodes: [{ id: word }], datasets: [], pipelines: [], daemons: [] });
  if (!whole.success) return undefined;
  const entries = <Key extends keyof typeof entrySchemas>(key: Key) => {
    const list = rest[key];
    if (!Array.isArray(list)) return [];
    return list.map((entry) =>
      isMapping(entry) ? entrySchemas[key].safeParse(key === 'pipelines' ? completePipeline(entry) : { ...required[key], ...entry }).data : undefined,
    );
  };
  return {
    ...whole.data,
    has,
    nodes: entries('nodes') as CheckedFile['nodes'],
    datasets: entries('datasets') as CheckedFile['datasets'],
    pipelines: entries('pipelines') as CheckedFile['pipelines'],
    daemons: entries('daemons') as CheckedFile['daemons'],
  };
}

/** Returns the places of the entries that could not be completed. What rests on such an entry cannot be checked. */
export const lostEntries = (file: CheckedFile): readonly Pick<Fault, 'path'>[] =>
  (Object.keys(entrySchemas) as (keyof typeof entrySchemas)[]).flatMap((key) =>
    file[key].flatMap((entry, index) => (entry === undefined ? [{ path: [key, index] }] : [])),
  );

const completePipeline = (entry: Readonly<Record<string, unknown>>): unknown => ({
  ...required.pipelines,
  ...entry,
  ...Object.fromEntries(stageKeys.map((key) => [key, { command: [word], ...(isMapping(entry[key]) ? entry[key] : {}) }])),
});

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
