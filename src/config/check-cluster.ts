/**
 * What no single key can say: names given twice, ports used twice, limits that contradict each other, labels and slots that no node has,
 * folders that are not there. Looks at disk, changes nothing. Entries that did not pass the schema are undefined and are left out.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stageKeys } from '../domain/pipeline/stages.ts';
import type { ClusterFile, DatasetEntry, NodeEntry, PipelineEntry, StageEntry } from './schema/cluster-schema.ts';
import { formatDuration } from './schema/duration.ts';
import type { Fault } from './fault/fault.ts';
import { nearestName } from '../base/nearest-name.ts';

/** Declaring a node lost must wait this much longer than any self-fence: clocks drift, and a shim looks only so often. */
export const lostMarginMs = 30_000;

export interface CheckedFile extends Omit<ClusterFile, 'nodes' | 'datasets' | 'pipelines'> {
  readonly nodes: readonly (NodeEntry | undefined)[];
  readonly datasets: readonly (DatasetEntry | undefined)[];
  readonly pipelines: readonly (PipelineEntry | undefined)[];
}

export type ResolvePath = (path: string) => string;
type Path = Fault['path'];
type Check = (file: CheckedFile, resolve: ResolvePath) => readonly Fault[];

/** Items of one stage: its workflow's history holds about seven events for each, and Temporal ends one at 51,200. */
const itemsMax = 2_000;

const present = <Entry>(entries: readonly (Entry | undefined)[]): readonly { readonly entry: Entry; readonly index: number }[] =>
  entries.flatMap((entry, index) => (entry === undefined ? [] : [{ entry, index }]));

/** The second and later of equal values, each with the path of the first. */
function repeated(
  places: readonly { readonly value: string; readonly path: Path }[],
): readonly { readonly path: Path; readonly first: Path; readonly value: string }[] {
  const seen = new Map<string, Path>();
  return places.flatMap(({ value, path }) => {
    const first = seen.get(value);
    if (first !== undefined) return [{ path, first, value }];
    seen.set(value, path);
    return [];
  });
}

const spelled = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : part))
    .join('.')
    .replaceAll('.[', '[');

const namesOnce: Check = (file) =>
  [
    { what: 'node', places: present(file.nodes).map(({ entry, index }) => ({ value: entry.id, path: ['nodes', index, 'id'] })) },
    { what: 'dataset', places: present(file.datasets).map(({ entry, index }) => ({ value: entry.id, path: ['datasets', index, 'id'] })) },
    { what: 'pipeline', places: present(file.pipelines).map(({ entry, index }) => ({ value: entry.name, path: ['pipelines', index, 'name'] })) },
  ].flatMap(({ what, places }) =>
    repeated(places).map(({ path, first, value }) => ({ path, what: `${what} ${value} is there already (${spelled(first)}); try another name` })),
  );

const portsOnce: Check = (file) =>
  repeated([
    { value: String(file.temporal.port), path: ['temporal', 'port'] },
    { value: String(file.temporal.uiPort), path: ['temporal', 'uiPort'] },
    { value: String(file.temporal.metricsPort ?? file.temporal.port + 2), path: ['temporal', 'metricsPort'] },
    { value: String(file.http.port), path: ['http', 'port'] },
    ...present(file.nodes).flatMap(({ entry, index }) =>
      entry.practice === undefined ? [] : [{ value: String(entry.practice.port), path: ['nodes', index, 'practice', 'port'] }],
    ),
  ]).map(({ path, first, value }) => ({ path, also: first, what: `port ${value} is taken by ${spelled(first)}; try another port` }));

const oneConnection: Check = (file) =>
  present(file.nodes).flatMap(({ entry, index }) => {
    const ways = (['ssh', 'local', 'practice'] as const).filter((way) => entry[way] !== undefined);
    if (ways.length === 1) return [];
    return [
      {
        path: ['nodes', index],
        what:
          ways.length === 0
            ? `node ${entry.id} says nowhere where it is; try ssh: { host: … }, local: true or practice: { port: 22101 }`
            : `node ${entry.id} has ${ways.join(' and ')}; try only one of them`,
      },
    ];
  });

const limitsRise: Check = ({ limits }) => {
  const steps = [
    ['suspectAfter', 'unreachableAfter'],
    ['unreachableAfter', 'lostAfter'],
  ] as const;
  return steps.flatMap(([before, key]) => {
    if (limits[key] > limits[before]) return [];
    return [
      {
        path: ['limits', key],
        what: `${formatDuration(limits[key])} is not longer than ${before} (${formatDuration(limits[before])}); try ${formatDuration(limits[before] * 3)}`,
      },
    ];
  });
};

const eachStage = (file: CheckedFile): readonly { readonly stage: StageEntry; readonly pipeline: PipelineEntry; readonly path: Path }[] =>
  present(file.pipelines).flatMap(({ entry, index }) =>
    stageKeys.map((key) => ({ stage: entry[key], pipeline: entry, path: ['pipelines', index, key] as Path })),
  );

const lossWaits: Check = (file) => {
  const longest = Math.max(0, ...eachStage(file).map(({ stage }) => (stage.selfFence === 'none' ? 0 : stage.selfFence)));
  if (longest === 0 || file.limits.lostAfter > longest + lostMarginMs) return [];
  const least = longest + lostMarginMs;
  return [
    {
      path: ['limits', 'lostAfter'],
      what: `${formatDuration(file.limits.lostAfter)} does not exceed the longest selfFence (${formatDuration(longest)}) by more than ${formatDuration(lostMarginMs)}, so a job could run twice; try ${formatDuration(least * 2)}`,
    },
  ];
};

const stageLimits: Check = (file) =>
  eachStage(file).flatMap(({ stage, path }) =>
    stage.silent <= stage.run
      ? []
      : [
          {
            path: [...path, 'silent'],
            what: `${formatDuration(stage.silent)} is longer than run (${formatDuration(stage.run)}); try ${formatDuration(stage.run)}`,
          },
        ],
  );

/** Only when every node passed: otherwise the node that has them may be the faulty one. */
const nodesFit: Check = (file) => {
  if (file.nodes.includes(undefined)) return [];
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const labels = [...new Set(nodes.flatMap((node) => node.labels))];
  return eachStage(file).flatMap(({ stage, path }): readonly Fault[] => {
    const unknown = stage.labels.flatMap((label, index) => (labels.includes(label) ? [] : [{ label, index }]));
    if (unknown.length > 0) {
      return unknown.map(({ label, index }) => {
        const near = nearestName(label, labels);
        return {
          path: [...path, 'labels', index],
          what: `no node has label ${label}; try ${near === undefined ? '' : `${near}, or `}labels: [${label}] on a node`,
        };
      });
    }
    const fitting = nodes.filter((node) => stage.labels.every((label) => node.labels.includes(label)));
    if (fitting.length === 0)
      return [{ path: [...path, 'labels'], what: `no node has all of ${stage.labels.join(', ')}; try adding them to one node` }];
    const most = Math.max(...fitting.map((node) => node.slots));
    return most >= stage.slots
      ? []
      : [{ path: [...path, 'slots'], what: `no fitting node has ${stage.slots} slots (the largest has ${most}); try ${most}` }];
  });
};

const numbersFit: Check = (file) =>
  present(file.pipelines).flatMap(({ entry: { games, gate }, index }) => {
    const faults: Fault[] = [];
    if (games.perTurn / games.perItem > itemsMax) {
      const least = Math.ceil(games.perTurn / itemsMax);
      faults.push({
        path: ['pipelines', index, 'games', 'perItem'],
        what: `${games.perItem} makes more than ${itemsMax} items of ${games.perTurn} games a turn, and one workflow watches them all; try ${least}`,
      });
    }
    if (gate.pairsMax / gate.pairsPerItem > itemsMax) {
      const least = Math.ceil(gate.pairsMax / itemsMax);
      faults.push({
        path: ['pipelines', index, 'gate', 'pairsPerItem'],
        what: `${gate.pairsPerItem} makes more than ${itemsMax} items of ${gate.pairsMax} pairs, and one workflow watches them all; try ${least}`,
      });
    }
    if (games.perItem > games.perTurn) {
      faults.push({
        path: ['pipelines', index, 'games', 'perItem'],
        what: `${games.perItem} is more than perTurn (${games.perTurn}); try ${games.perTurn}`,
      });
    }
    if (gate.elo1 <= gate.elo0) {
      faults.push({ path: ['pipelines', index, 'gate', 'elo1'], what: `${gate.elo1} is not above elo0 (${gate.elo0}); try ${gate.elo0 + 50}` });
    }
    if (gate.alpha + gate.beta >= 1) {
      faults.push({
        path: ['pipelines', index, 'gate', 'alpha'],
        what: `alpha + beta is ${gate.alpha + gate.beta}, so the test decides nothing; try 0.05 for both`,
      });
    }
    if (gate.pairsPerItem > gate.pairsMax) {
      faults.push({
        path: ['pipelines', index, 'gate', 'pairsPerItem'],
        what: `${gate.pairsPerItem} is more than pairsMax (${gate.pairsMax}); try ${gate.pairsMax}`,
      });
    }
    return faults;
  });

const kindAt = (path: string): 'file' | 'folder' | 'nothing' => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'nothing' : found.isDirectory() ? 'folder' : 'file';
};

const payloadsThere: Check = (file, resolve) =>
  present(file.pipelines).flatMap(({ entry, index }): readonly Fault[] => {
    const folder = resolve(entry.payload);
    if (kindAt(folder) === 'folder') return stageKeys.flatMap((key) => programsThere(entry[key], folder, ['pipelines', index, key]));
    return [{ path: ['pipelines', index, 'payload'], what: `${folder} is not a folder; try the folder of the payload's programs (built?)` }];
  });

/** `{payload}/x` as a whole argument names a file of the payload; other placeholders do not exist. */
const programsThere = (stage: StageEntry, folder: string, path: Path): readonly Fault[] =>
  (['command', 'verify'] as const).flatMap((key) =>
    (stage[key] ?? []).flatMap((argument, index): readonly Fault[] => {
      const at = [...path, key, index];
      const odd = /\{([A-Za-z][A-Za-z_-]*)\}/.exec(argument);
      if (odd !== null && odd[1] !== 'payload') return [{ path: at, what: `${odd[0]} means nothing; try {payload}` }];
      const program = /^\{payload\}\/(.+)$/.exec(argument)?.[1];
      if (program === undefined || kindAt(join(folder, program)) !== 'nothing') return [];
      return [{ path: at, what: `${program} is not in ${folder}; try building the payload, or another name` }];
    }),
  );

const datasetsThere: Check = (file, resolve) =>
  present(file.datasets).flatMap(({ entry, index }): readonly Fault[] => {
    const path = ['datasets', index, 'path'];
    if (entry.origin === 'node') return entry.path === undefined ? [] : [{ path, what: 'means nothing for origin node; try leaving it out' }];
    if (entry.path === undefined) return [{ path, what: 'is missing for origin home; try path: ./folder' }];
    const folder = resolve(entry.path);
    return kindAt(folder) === 'folder' ? [] : [{ path, what: `${folder} is not a folder; try mkdir -p ${folder}` }];
  });

const keysThere: Check = (file, resolve) =>
  present(file.nodes).flatMap(({ entry, index }) =>
    (['identityFile', 'knownHostsFile'] as const).flatMap((key) => {
      const said = entry.ssh?.[key];
      return said === undefined || kindAt(resolve(said)) === 'file'
        ? []
        : [{ path: ['nodes', index, 'ssh', key], what: `${resolve(said)} is not a file; try leaving it out, so that ssh chooses` }];
    }),
  );

const ownVariables: Check = (file) =>
  eachStage(file).flatMap(({ stage, path }) =>
    Object.keys(stage.env)
      .filter((name) => name.startsWith('RINGMASTER_'))
      .map((name) => ({ path: [...path, 'env', name], what: 'is set by Ringmaster itself; try another name' })),
  );

const checks: readonly Check[] = [
  namesOnce,
  portsOnce,
  oneConnection,
  limitsRise,
  lossWaits,
  stageLimits,
  nodesFit,
  numbersFit,
  payloadsThere,
  datasetsThere,
  keysThere,
  ownVariables,
];

export const checkCluster = (file: CheckedFile, resolve: ResolvePath): readonly Fault[] => checks.flatMap((check) => check(file, resolve));
