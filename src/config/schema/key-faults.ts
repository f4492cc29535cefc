/** The fault of a value that has the wrong type or the wrong spelling. The hint of each is what the person most likely meant. */
import { meantDuration } from '../../base/meant/meant-duration.ts';
import { meantNumber } from '../../base/meant/meant-number.ts';
import { meantSize } from '../../base/meant/meant-size.ts';
import { meantNever, meantTruth } from '../../base/meant/meant-truth.ts';
import { meantWords } from '../../base/meant/meant-words.ts';
import { yamlText } from '../../base/meant/yaml-text.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { visible } from '../fault/odd-blanks.ts';
import { refusal } from '../fault/refusal.ts';
import { durationText, formatDuration, parseDuration } from '../../base/duration.ts';
import { formatSize, parseSize, sizeText } from '../../base/size.ts';

const shownCharsMax = 80;
export const shown = (input: unknown): string => {
  const text = visible(JSON.stringify(input ?? null));
  return text.length <= shownCharsMax ? text : `${text.slice(0, shownCharsMax - 1)}…`;
};

/** `meant` is the hint when the value is present. `example` is the hint when it is missing. */
export const orMissing = (input: unknown, example: string, what: string, meant = example): string =>
  input === undefined ? refusal('is missing', example) : refusal(`${what}, not ${shown(input)}`, meant);

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/** The fault of a value that must be a number. `whole`: a whole number. */
export function numberFault(input: unknown, min: number, max: number, example: number, whole: boolean): string {
  const meant = typeof input === 'number' ? input : typeof input === 'string' ? meantNumber(input, { fraction: !whole }) : undefined;
  const fitting = meant === undefined || Number.isNaN(meant) ? example : clamp(whole ? Math.round(meant) : meant, min, max);
  return orMissing(input, String(example), `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`, String(fitting));
}

/** The fault of a text that must be a duration. `none`: the word none is allowed too. */
export function durationFault(input: unknown, minMs: number, maxMs: number, example: string, none = false): string {
  const what = `a duration like ${durationText}${none ? ' or none' : ''}`;
  if (typeof input !== 'string') return orMissing(input, example, `must be ${what}`);
  if (none && meantNever(input)) return refusal(`${shown(input)} is not ${what}`, 'none');
  const bounds = `must lie between ${formatDuration(minMs)} and ${formatDuration(maxMs)}`;
  const exact = parseDuration(input);
  if (exact !== undefined) return refusal(`${bounds}, not ${input}`, formatDuration(clamp(exact, minMs, maxMs)));
  const isNumber = /^\d+(?:\.\d+)?$/.test(input);
  const withUnit = isNumber ? firstUnit(input, minMs, maxMs) : undefined;
  if (withUnit !== undefined) return refusal(`${input} has no unit`, withUnit);
  const meant = isNumber ? Number(input) * 1_000 : meantDuration(input);
  if (meant === undefined) return refusal(`${shown(input)} is not ${what}`, example);
  const fitting = clamp(meant, minMs, maxMs);
  return refusal(fitting === meant ? `${shown(input)} is not ${what}` : `${bounds}, not ${shown(input)}`, formatDuration(fitting));
}

/** A number without a unit means seconds, if so many seconds are allowed. Otherwise it means the first unit that makes an allowed duration. */
const firstUnit = (amount: string, minMs: number, maxMs: number): string | undefined =>
  ['s', 'ms', 'm', 'h', 'd']
    .map((unit) => `${amount}${unit}`)
    .find((text) => {
      const ms = parseDuration(text) ?? 0;
      return ms >= minMs && ms <= maxMs;
    });

export function sizeFault(input: unknown, minBytes: number, maxBytes: number, example: string): string {
  if (typeof input !== 'string') return orMissing(input, example, `must be a size like ${sizeText}`);
  const exact = parseSize(input);
  const meant = exact ?? meantSize(input);
  const fitting = meant === undefined ? example : formatSize(Math.round(clamp(meant, minBytes, maxBytes) / 1024) * 1024);
  const bounds = `must lie between ${formatSize(minBytes)} and ${formatSize(maxBytes)}`;
  if (exact !== undefined) return refusal(`${bounds}, not ${input}`, fitting);
  if (meant !== undefined && clamp(meant, minBytes, maxBytes) !== meant) return refusal(`${bounds}, not ${shown(input)}`, fitting);
  return refusal(/^\d+$/.test(input) ? `${input} has no unit` : `${shown(input)} is not a size like ${sizeText}`, fitting);
}

export function truthFault(input: unknown): string {
  const meant = typeof input === 'string' || typeof input === 'number' ? meantTruth(String(input)) : undefined;
  return orMissing(input, 'false', 'must be true or false', String(meant ?? false));
}

export function wordFault(input: unknown, words: readonly string[], example: string): string {
  const near =
    typeof input === 'string' ? (nearestName(input, words) ?? (words.includes('none') && meantNever(input) ? 'none' : undefined)) : undefined;
  return orMissing(input, example, `must be ${words.join(' or ')}`, near ?? example);
}

/** The fault of a value that must be a mapping. `first` is the key that a lone value most likely belongs to. */
export function mappingFault(input: unknown, example: string, first?: string): string {
  const inner: unknown = Array.isArray(input) && input.length === 1 ? input[0] : input;
  const isMapping = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  if (isMapping) return orMissing(input, example, 'must be a mapping of keys', yamlText(inner));
  if (first === undefined || (typeof inner !== 'string' && typeof inner !== 'number')) return orMissing(input, example, 'must be a mapping of keys');
  const address = /^(?:([^@\s]+)@)?([^@:\s]+)(?::(\d+))?$/.exec(String(inner));
  if (first === 'host' && address !== null) {
    const [, user, host, port] = address;
    return orMissing(
      input,
      example,
      'must be a mapping of keys',
      yamlText({ host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) }),
    );
  }
  const value = first === 'command' ? meantWords(String(inner)) : inner;
  return orMissing(input, example, 'must be a mapping of keys', yamlText({ [first]: value }));
}

/**
 * The fault of a value that must be a list: one entry, a mapping, or text with commas. `nameKey` is the key that names an entry, and absent for a list of
 * text.
 */
export function listFault(input: unknown, example: string, nameKey?: string): string {
  const what = 'must be a list';
  if (typeof input === 'string' && input.trim() !== '') {
    const words = input.split(/\s*,\s*/).filter((one) => one !== '');
    return orMissing(input, example, what, yamlText(nameKey === undefined ? words : words.map((name) => ({ [nameKey]: name }))));
  }
  if (typeof input !== 'object' || input === null) return orMissing(input, example, what);
  const inner = Object.entries(input);
  if (nameKey === undefined)
    return orMissing(
      input,
      example,
      what,
      yamlText(inner.map(([name, value]) => (value === true || value === null ? name : `${name}=${String(value)}`))),
    );
  const isNamed = inner.length > 0 && !(nameKey in input) && inner.every(([, value]) => typeof value === 'object' && value !== null);
  const entries = isNamed ? inner.map(([name, value]) => ({ [nameKey]: name, ...(value as object) })) : [input];
  return orMissing(input, example, what, yamlText(entries));
}

/** The fault of a value that must be a mapping of variables. A list or a text of `NAME=VALUE` is a common slip. */
export function environmentFault(input: unknown, example: string): string {
  const entries = Array.isArray(input) ? (input as readonly unknown[]) : typeof input === 'string' ? input.split(/\s+(?=[A-Za-z_]\w*=)/) : [];
  const pairs = entries.map((entry) => {
    if (isMapping(entry)) return entry;
    const [, name, value] = /^([A-Za-z_]\w*)=([^]*)$/.exec(String(entry)) ?? [];
    return name === undefined ? undefined : { [name]: value };
  });
  const isWhole = pairs.length > 0 && !pairs.includes(undefined);
  return orMissing(input, example, 'must be a mapping', isWhole ? yamlText(Object.assign({}, ...pairs)) : example);
}

/** The fault of a value that must be a list of words. A text with `: ` in it is a mapping in YAML. */
export function commandFault(input: unknown, example: string): string {
  const line = typeof input === 'string' ? input : isMapping(input) ? Object.entries(input).map(wordsOf).join(' ') : '';
  return orMissing(input, example, 'must be a list', line.trim() === '' ? example : yamlText(meantWords(line)));
}

const isMapping = (input: unknown): input is object => typeof input === 'object' && input !== null && !Array.isArray(input);

const wordsOf = ([key, value]: readonly [string, unknown]): string =>
  value === null ? key : `${key}: ${typeof value === 'string' ? value : yamlText(value)}`;
