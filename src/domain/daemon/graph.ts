/** The graph of the daemons: its faults, the order of a start, and what needs what. */
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
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} stands in the catalogue twice`);
  const cycles = cyclesOf(rows).map((cycle) => `the daemons ${[...cycle, cycle[0]].join(' → ')} need each other in a circle`);
  const order = orderRules.flatMap(([first, second]) => orderFaults(rows, first, second));
  return [...twice, ...unknown, ...cycles, ...order];
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
    .filter(({ id }) => !needsOf(rows, id).has(first))
    .map(({ id }) => `${id} must start after ${first}, and does not need it, not even through another daemon`);
}

/** Returns the daemons that this one needs, directly or through others. */
export function needsOf(rows: readonly DaemonRow[], id: string): ReadonlySet<string> {
  const dependencies = new Map(rows.map((row) => [row.id, row.dependencies]));
  const found = new Set<string>();
  const open = [...(dependencies.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(dependencies.get(next) ?? []));
  }
  return found;
}

/** Returns each circle of the graph once, beginning with its daemon that stands first in the catalogue. */
function cyclesOf(rows: readonly DaemonRow[]): readonly (readonly string[])[] {
  const dependencies = new Map(rows.map((row) => [row.id, row.dependencies]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const walk = (id: string, path: readonly string[]): void => {
    const at = path.indexOf(id);
    if (at >= 0) {
      cycles.push(path.slice(at));
      return;
    }
    if (done.has(id)) return;
    for (const next of dependencies.get(id) ?? []) walk(next, [...path, id]);
    done.add(id);
  };
  for (const { id } of rows) walk(id, []);
  return cycles;
}

/**
 * Returns the daemons in layers: each daemon needs only daemons of earlier layers. The daemons of one layer start at once, in the order of the
 * catalogue. Throws for a graph with faults.
 */
export function startOrder(rows: readonly DaemonRow[]): readonly (readonly string[])[] {
  const layers: string[][] = [];
  const placed = new Set<string>();
  while (placed.size < rows.length) {
    const layer = rows.filter(({ id, dependencies }) => !placed.has(id) && dependencies.every((one) => placed.has(one))).map(({ id }) => id);
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
