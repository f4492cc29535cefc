/**
 * Small checks of the inputs of activities and workflows. A check returns one clause for each fault of a value, and nothing for a good value. A check
 * ignores fields that it does not name, so that a release may add fields.
 */
import { isItemId, isNodeId } from '../../domain/ids.ts';
import { itemFaults, queueFaults } from '../../domain/item/item-faults.ts';
import { isOutputPath } from '../../domain/job/output-path.ts';
import { shownInputCharsMax } from './limits.ts';

export type InputCheck = (value: unknown, at: string) => readonly string[];

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, shownInputCharsMax);

/** Returns a check of one value. `what` says what a good value is. */
export const rule =
  (isGood: (value: unknown) => boolean, what: string): InputCheck =>
  (value, at) =>
    isGood(value) ? [] : [`${at} must be ${what}, not ${shown(value)}`];

export const anything: InputCheck = () => [];
const textRule = (isGood: (text: string) => boolean, what: string): InputCheck => rule((value) => typeof value === 'string' && isGood(value), what);

/** Text that becomes no path, no argument and no name. */
export const text = textRule((value) => !value.includes('\0'), 'text');
export const nodeId = textRule(isNodeId, 'the id of a node');
export const itemId = textRule(isItemId, 'the id of an item');
/** Returns whether a text can be one part of a path: it has no `/` and does not begin with a dot or a dash. */
export const isName = (value: string): boolean => /^[a-z0-9][a-z0-9.@-]{0,199}$/.test(value);
export const name = textRule(isName, 'a name (a-z, 0-9 and - . @)');
/** The name of a daemon of the catalogue, such as `EVENT_ROUTER`. */
export const daemonId = textRule(
  (value) => /^([A-Z][A-Z0-9_]{0,99}|[a-z0-9][a-z0-9-]{0,62}(\/[a-z0-9][a-z0-9-]{0,62})?)$/.test(value),
  'the name of a daemon, such as EVENT_ROUTER',
);
export const sha256 = textRule((value) => /^[0-9a-f]{64}$/.test(value), 'a sha256 in 64 hex digits');
export const whole = rule((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number');
export const real = rule((value) => Number.isFinite(value), 'a number');
export const place: InputCheck = (value, at) => (value === 'home' ? [] : nodeId(value, at));
export const outputPath = textRule((value) => isOutputPath(value), 'a relative path inside its folder');
export const oneOf = (values: readonly string[]): InputCheck => rule((value) => values.includes(value as string), `one of ${values.join(', ')}`);

export const fields =
  (checks: Readonly<Record<string, InputCheck>>): InputCheck =>
  (value, at) =>
    isFields(value)
      ? Object.entries(checks).flatMap(([field, check]) => check(value[field], at === '' ? field : `${at}.${field}`))
      : [`${at === '' ? 'the input' : at} must be an object, not ${shown(value)}`];

export const optional =
  (check: InputCheck): InputCheck =>
  (value, at) =>
    value === undefined || value === null ? [] : check(value, at);

export const listOf =
  (check: InputCheck): InputCheck =>
  (value, at) =>
    Array.isArray(value) ? value.flatMap((one, index) => check(one, `${at}[${index}]`)) : [`${at} must be a list, not ${shown(value)}`];

export const both =
  (...checks: readonly InputCheck[]): InputCheck =>
  (value, at) =>
    checks.flatMap((check) => check(value, at));

const itemBy =
  (faultsOf: (item: Readonly<Record<string, unknown>>) => readonly string[]): InputCheck =>
  (value, at) =>
    isFields(value) ? faultsOf(value).map((fault) => `${at}: ${fault}`) : [`${at} must be an item, not ${shown(value)}`];

/** The item of a try. The process of a command daemon is one too. */
export const itemSpec: InputCheck = itemBy(itemFaults);
/** An item, by the same rules as at the door of the queue. */
export const queuedItem: InputCheck = itemBy(queueFaults);
