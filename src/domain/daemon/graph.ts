/** The graph of the daemons: its faults, the order of a start, and what needs what. `after` of a row orders the start and the stop, and is no need. */
import { nearestName } from '../../base/nearest-name.ts';
import type { DaemonRow } from './daemon.ts';

/**
 * The rules of the order that the dependencies must keep: the first runs before the second starts. A daemon that publishes an event starts after the daemons that act on the
 * event. Source: the runbook of the start-up order.
 */
export const orderRules = [
  // A command daemon publishes no events, and its process must not end when the router does.
  ['EVENT_ROUTER', 'every other daemon'],
  ['DATA_PIPELINE', 'AUTO_SYNC'],
  ['FEEDBACK_LOOP', 'AUTO_SYNC'],
  ['EVALUATION', 'AUTO_PROMOTION'],
] as const;

/** Returns a sentence for each fault of the graph. */
export function graphFaults(rows: readonly DaemonRow[]): readonly string[] {
  const ids = rows.map(({ id }) => id);
  const known = new Set(ids);
  const unknown = rows.flatMap(({ id, dependencies }) =>
    dependencies.filter((one) => !known.has(one)).map((one) => `${id} needs ${one}, which no daemon is called${didYouMean(one, ids)}`),
  );
  const unknownAfter = rows.flatMap(({ id, after = [] }) =>
    after.filter((one) => !known.has(one)).map((one) => `${id} starts after ${one}, which no daemon is called${didYouMean(one, ids)}`),
  );
  const both = rows.flatMap(({ id, dependencies, after = [] }) =>
    after.filter((one) => dependencies.includes(one)).map((one) => `${id} needs ${one}, and so its \`after\` must not name it`),
  );
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} stands in the catalogue twice`);
  const cycles = cyclesOf(rows).map((cycle) => `the daemons ${[...cycle, cycle[0]].join(' → ')} wait for each other in a circle`);
  const order = orderRules.flatMap(([first, second]) => orderFaults(rows, first, second));
  return [...twice, ...unknown, ...unknownAfter, ...both, ...cycles, ...order];
}

const didYouMean = (name: string, names: readonly string[]): string => {
  const near = nearestName(name, names);
  return near === undefined ? '' : ` (${near} is)`;
};

function orderFaults(rows: readonly DaemonRow[], first: string, second: string): string[] {
  if (!rows.some(({ id }) => id === first)) return [];
  const later =
    second === 'every other daemon'
      ? rows.filter(({ id, process }) => id !== first && process === undefined)
      : rows.filter(({ id }) => id === second);
  return later
    .filter(({ id }) => !reachedFrom(rows, id, earlierOf).has(first))
    .map(({ id }) => `${id} must start after ${first}, and neither its dependencies nor its \`after\` say so`);
}

type Links = (row: Pick<DaemonRow, 'dependencies' | 'after'>) => readonly string[];
const dependenciesOf: Links = ({ dependencies }) => dependencies;
/** The daemons that start before this one and stop after it. */
export const earlierOf: Links = ({ dependencies, after = [] }) => [...dependencies, ...after];

/** Returns the daemons to which the links lead from this one, directly or through others. */
function reachedFrom(rows: readonly DaemonRow[], id: string, linksOf: Links): ReadonlySet<string> {
  const links = new Map(rows.map((row) => [row.id, linksOf(row)]));
  const found = new Set<string>();
  const open = [...(links.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(links.get(next) ?? []));
  }
  return found;
}

/** Returns the daemons that this one needs, directly or through others. */
export const needsOf = (rows: readonly DaemonRow[], id: string): ReadonlySet<string> => reachedFrom(rows, id, dependenciesOf);

/** Returns each circle of the graph once, beginning with its daemon that stands first in the catalogue. */
function cyclesOf(rows: readonly DaemonRow[]): readonly (readonly string[])[] {
  const earlier = new Map(rows.map((row) => [row.id, earlierOf(row)]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const walk = (id: string, path: readonly string[]): void => {
    const at = path.indexOf(id);
    if (at >= 0) {
      cycles.push(path.slice(at));
      return;
    }
    if (done.has(id)) return;
    for (const next of earlier.get(id) ?? []) walk(next, [...path, id]);
    done.add(id);
  };
  for (const { id } of rows) walk(id, []);
  return cycles;
}

/**
 * Returns the daemons in layers: each daemon starts after daemons of earlier layers only. The daemons of one layer start at once, in the order of the
 * catalogue. Throws for a graph with faults.
 */
export function startOrder(rows: readonly DaemonRow[]): readonly (readonly string[])[] {
  const layers: string[][] = [];
  const placed = new Set<string>();
  while (placed.size < rows.length) {
    const layer = rows.filter((row) => !placed.has(row.id) && earlierOf(row).every((one) => placed.has(one))).map(({ id }) => id);
    if (layer.length === 0) throw new Error(graphFaults(rows).join('; '));
    for (const id of layer) placed.add(id);
    layers.push(layer);
  }
  return layers;
}

/** Returns the daemons to start for these: they and everything they need, in the order of the start. */
export function withNeeds(rows: readonly DaemonRow[], ids: readonly string[]): readonly string[] {
  const wanted = new Set(ids.flatMap((id) => [id, ...needsOf(rows, id)]));
  return startOrder(rows)
    .flat()
    .filter((id) => wanted.has(id));
}

/** Returns the daemons that need this one, directly or through others, in the order of the catalogue. */
export const dependantsOf = (rows: readonly DaemonRow[], id: string): readonly string[] =>
  rows.filter((row) => needsOf(rows, row.id).has(id)).map((row) => row.id);
