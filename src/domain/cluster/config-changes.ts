import { given } from '../../base/given.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { maskedUrls } from '../item/secret.ts';
import type { ClusterConfig } from './cluster.ts';
import { inFileWords } from './file-words.ts';

/** One difference between two configurations. */
export interface ConfigChange {
  /** The place in the cluster file, such as `pipelines.connect-four.gate.pairsMax` or `nodes.gpu-1`. An entry of a list is named by its id or its name. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Returns the configuration without the values that the launcher fills in, and without the choice of the server, which `choose-server.ts` makes. */
export function settledConfig(config: ClusterConfig): object {
  const { server: _server, address: _address, isNamespaceNamed: _named, ...temporal } = config.temporal;
  const nodes = config.nodes.map((node) => (node.practice === undefined ? node : { ...node, connect: 'practice', folder: 'practice' }));
  return { ...config, nodes, temporal };
}

/** Returns the differences in the order of the new configuration. An entry that is new or gone is one difference. */
export const configChanges = (before: unknown, after: unknown): readonly ConfigChange[] =>
  changesAt('', before, after).flatMap((change) => {
    const words = inFileWords(change.path);
    return words === undefined ? [] : [{ path: words.key, ...given({ before: words.form(change.before), after: words.form(change.after) }) }];
  });

function changesAt(path: string, before: unknown, after: unknown): readonly ConfigChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  const [old, fresh] = [partsOf(before, after), partsOf(after, before)];
  if (old === undefined || fresh === undefined)
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  const keys = new Set([...fresh.keys(), ...old.keys()]);
  const found = [...keys].flatMap((key) => changesAt(path === '' ? key : `${path}.${key}`, old.get(key), fresh.get(key)));
  // Entries that only changed their order have the same parts.
  return found.length > 0 ? found : [{ path, before, after }];
}

/**
 * Returns the parts of a mapping by their keys, and the entries of a list by their ids. Returns undefined for any other value. An empty list has parts when
 * the other list has some, so that its first and its last entry are named.
 */
function partsOf(value: unknown, other: unknown): ReadonlyMap<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    const hasNames = value.length > 0 || (Array.isArray(other) && other.length > 0);
    return hasNames && names.every((name) => name !== undefined) ? new Map(names.map((name, at) => [name ?? '', value[at] as unknown])) : undefined;
  }
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { id, name } = entry as { readonly id?: unknown; readonly name?: unknown };
  const own = id ?? name;
  return typeof own === 'string' ? own : undefined;
}

/** Returns a line for people. The value of a variable is not shown, because it may be a secret. */
export function changeText({ path, before, after }: ConfigChange): string {
  if (before === undefined) return `${path}: new${isEntry(after) ? '' : `, ${shown(path, after)}`}`;
  if (after === undefined) return `${path}: removed${isEntry(before) ? '' : `, was ${shown(path, before)}`}`;
  return `${path}: ${shown(path, before)} is now ${shown(path, after)}`;
}

const isEntry = (value: unknown): boolean => typeof value === 'object' && value !== null;
/** The passwords of URLs are not shown. The address of a webhook can be a secret as a whole, as that of a chat is. */
const shown = (path: string, value: unknown): string =>
  /\.env(\.|$)|\.webhook\.url$/.test(path) ? 'another value' : JSON.stringify(value, maskedUrls).slice(0, 80);
