/** The values of the matrix: logins, configurations of the user's ssh, and trees. A name says everything about its value, so that a row can run again. */
import { carriedRows, refusedRows } from '../../support/hostile-tree.ts';
import { loginTable } from '../conformance/logins.ts';
import { settingRows } from '../conformance/setting-rows.ts';

/** Joins the names of the parts of a configuration or of a tree. */
const plus = ' + ';

export const logins = Object.fromEntries(loginTable.map((row) => [row.name, row]));

type SettingRow = (typeof settingRows)[number];
const settingName = ([name, value]: SettingRow): string => (typeof value === 'string' ? `${name} ${value.split('\n')[0]}` : name);
export const settings = Object.fromEntries(settingRows.map((row) => [settingName(row), row]));

/** Returns the settings without those whose ssh option has stood before. */
function once(rows: readonly SettingRow[]): readonly SettingRow[] {
  return rows.filter(([name], at) => rows.findIndex((row) => row[0] === name) === at);
}

const viaSsh2 = settingRows.filter(([, , through]) => through === undefined);
/** All settings in two configurations. The first is honoured by npm ssh2, and the second needs the system's ssh. */
const bundles = {
  'settings of npm ssh2': once(viaSsh2),
  "settings of the system's ssh": once([...settingRows.filter((row) => !viaSsh2.includes(row)), ...viaSsh2.toReversed()]),
} satisfies Readonly<Record<string, readonly SettingRow[]>>;

/** Returns the settings of a configuration. The name is a bundle's name, `none`, or a list of settings. Undefined when a part has no row. */
export function configurationOf(name: string): readonly SettingRow[] | undefined {
  if (name === 'none') return [];
  const bundle = (bundles as Readonly<Record<string, readonly SettingRow[]>>)[name];
  const rows = name.split(plus).map((part) => settings[part]);
  return bundle ?? (rows.every((row) => row !== undefined) ? once(rows) : undefined);
}

export interface MatrixTree {
  /** The rows of `carriedRows` that are sent together. */
  readonly carried: Readonly<Partial<typeof carriedRows>>;
  /** Each of these rows of `refusedRows` must refuse a tree of its own. */
  readonly refused: readonly (keyof typeof refusedRows)[];
  readonly method: 'rsync' | 'tar';
}

const trees = ['everything by rsync', 'everything by tar'];

/** Returns a tree. The name ends with the way it travels. Undefined when a part has no row. */
export function treeOf(name: string): MatrixTree | undefined {
  const method = name.endsWith(' by tar') ? 'tar' : 'rsync';
  const what = name.replace(/ by (?:rsync|tar)$/, '');
  const parts = what === 'everything' ? [...Object.keys(carriedRows), ...Object.keys(refusedRows)] : what.split(plus);
  if (!parts.every((part) => part in carriedRows || part in refusedRows)) return undefined;
  const carried = Object.fromEntries(Object.entries(carriedRows).filter(([part]) => parts.includes(part)));
  return { carried, refused: parts.filter((part): part is keyof typeof refusedRows => part in refusedRows), method };
}

/** The dimensions of the matrix that is tried as a whole. */
export const dimensions = { login: Object.keys(logins), configuration: Object.keys(bundles), tree: trees };

export type Triple = { readonly [Name in keyof typeof dimensions]: string };

/** Returns a random row: a login, up to eight settings, and up to eight entries of a tree or everything. */
export function randomTriple(random: () => number): Triple {
  const below = (count: number): number => Math.floor(random() * count);
  const one = (list: readonly string[]): string => list[below(list.length)] ?? '';
  const some = (list: readonly string[]): string => [...new Set(Array.from({ length: below(9) }, () => one(list)))].join(plus);
  const entries = [...Object.keys(carriedRows), ...Object.keys(refusedRows)];
  return {
    login: one(dimensions.login),
    configuration: some(Object.keys(settings)) || 'none',
    tree: `${some(entries) || 'everything'} by ${one(['rsync', 'tar'])}`,
  };
}
