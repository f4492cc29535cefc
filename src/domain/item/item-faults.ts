/**
 * Finds the faults of a work item before it enters the queue. The CLI, the `enqueue` workflow and our own stages all make this check. Later code does
 * not check these fields again, and an item that cannot be started would block the queue.
 */
import { meantName } from '../../base/meant/meant-name.ts';
import { meantWords } from '../../base/meant/meant-words.ts';
import { utf8Bytes } from '../../base/utf8-bytes.ts';
import { daemonItemPrefix, isDaemonItem } from '../daemon/daemon-item.ts';
import { isItemId } from '../ids.ts';
import { isOutputPath } from '../job/output-path.ts';
import { fileNameBytesMax, itemAttemptsMax, jobLimitSecondsMax, ownerCharsMax, slotsMax } from '../limits.ts';
import { isSecretRef } from './secret.ts';
import { isShellVariable } from './shell-variables.ts';
import { jobKinds } from './work-item.ts';

const fields = new Set(
  'id kind command priority env request inputs outputs seed attemptsMax slots labels limits owner pipeline turn verify payload'.split(' '),
);

type Fields = Readonly<Record<string, unknown>>;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** A program gets no text with a NUL: the kernel would cut its argument there. */
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes('\0'));
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWhole = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const isName = (value: unknown): boolean => isText(value) && /^[a-z0-9][a-z0-9.@-]{0,120}$/.test(value);
const isSum = (value: unknown): boolean => isText(value) && /^[0-9a-f]{64}$/.test(value);

/** The words that stand in place of an item id in the marks of processes that are no jobs. A stop of such an item would end these processes, too. */
const markWords = ['launcher', 'run', 'sum', 'worker'];

/** Returns the faults of an item for the queue. Command daemons have item ids of their own, under which their processes run on nodes. */
export function queueFaults(item: Fields): readonly string[] {
  const { id } = item;
  const faults = itemFaults(item);
  if (!isText(id)) return faults;
  if (isDaemonItem(id)) return [...faults, `id must not begin with ${daemonItemPrefix}, which is for command daemons`];
  return markWords.includes(id) ? [...faults, `id must not be ${id}, which marks processes of Ringmaster; try ${id}-1`] : faults;
}

/** Returns one sentence for each fault of an item whose defaults are filled in. Returns an empty list for a good item. */
export function itemFaults(item: Fields): readonly string[] {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const { inputs, outputs, limits, payload, owner, pipeline, turn, verify } = item;
  must(isText(item['id']) && isItemId(item['id']), `id must be [a-z0-9][a-z0-9.-]*, at most 121 characters${idHint(item['id'])}`);
  must(isCommand(item['command']), `command must be a list of strings without NUL: program and arguments${commandHint(item['command'])}`);
  must((jobKinds as readonly unknown[]).includes(item['kind']), `kind must be one of ${jobKinds.join(', ')}`);
  must(isWhole(item['priority'], -1_000_000, 1_000_000), 'priority must be a whole number');
  must(
    isFields(item['env']) && Object.entries(item['env']).every(([name, value]) => isVariable(name) && (isTexts([value]) || isSecret(name, value))),
    `env must map names of variables (letters, digits and _, not RINGMASTER_…) to strings or to secrets ({fromEnv: NAME} or {fromFile: PATH})${quotesHint(item['env'])}`,
  );
  must(isFields(item['request']), 'request must be an object');
  must(
    Array.isArray(inputs) && inputs.every(isInput),
    'inputs must be a list of {name, sha256, bytes}, each name a plain file name, and not request.json',
  );
  must(
    Array.isArray(outputs) && outputs.every(isOutput),
    'outputs must be a list of {path, to}, each path inside the output folder and to being "home" or "dataset:<name>"',
  );
  if (Array.isArray(inputs) && inputs.every(isInput))
    must(new Set(inputs.map(({ name }) => name)).size === inputs.length, 'inputs must have different names');
  if (Array.isArray(outputs) && outputs.every(isOutput)) {
    const long = outputs.find(({ path, to }) => !hasRoom(path, to === 'home' ? '' : String(item['id'])));
    must(
      long === undefined,
      `outputs: each part of a path has at most ${fileNameBytesMax} bytes; in a dataset the id of the item and a dot come first`,
    );
  }
  if (Array.isArray(outputs) && outputs.every(isOutput))
    must(
      !outputs.some(isHiddenInDataset),
      'outputs: in a dataset a name below a folder must not begin with a dot, because such a file counts as still arriving',
    );
  must(isWhole(item['seed'], 0, 0xffff_ffff), 'seed must be a whole number of 32 bits');
  must(isWhole(item['attemptsMax'], 1, itemAttemptsMax), `attemptsMax must be 1 to ${itemAttemptsMax}`);
  must(isWhole(item['slots'], 1, slotsMax), 'slots must be 1 to 1,024');
  must(isTexts(item['labels']), `labels must be a list of strings${quotesHint(item['labels'])}`);
  must(
    isFields(limits) && isSeconds(limits['runSecondsMax']) && isSeconds(limits['silentSecondsMax']),
    'limits must have runSecondsMax and silentSecondsMax',
  );
  must(
    owner === undefined || (isText(owner) && owner.length <= ownerCharsMax),
    `owner must be the id of a workflow, at most ${ownerCharsMax} characters`,
  );
  must(pipeline === undefined || isName(pipeline), 'pipeline must be the name of one');
  must(turn === undefined || isWhole(turn, 0, Number.MAX_SAFE_INTEGER), 'turn must be a whole number');
  must(verify === undefined || isCommand(verify), 'verify must be a list of strings without NUL: program and arguments');
  must(
    payload === undefined || (isFields(payload) && isName(payload['dataset']) && isSum(payload['digest'])),
    'payload must be {dataset, digest}, the digest 64 hex digits',
  );
  for (const name of Object.keys(item)) must(fields.has(name), `${name} is not a field of an item`);
  return faults;
}

const idHint = (id: unknown): string => {
  const meant = isText(id)
    ? id
        .split('.')
        .flatMap((part) => meantName(part, 121) ?? [])
        .join('.')
    : '';
  return meant === '' ? '' : `; try ${meant}`;
};
const commandHint = (command: unknown): string => (isText(command) ? `; try ${JSON.stringify(meantWords(command))}` : '');
/** A number or a boolean of JSON is no text, and JSON does not keep its spelling: 3.10 is 3.1. */
const quotesHint = (values: unknown): string => {
  if (isText(values)) return `; try ${JSON.stringify([values])}`;
  const [name, value] = Object.entries(values ?? {}).find(([, one]) => typeof one === 'number' || typeof one === 'boolean') ?? [];
  return name === undefined ? '' : `; put the value of ${name} in quotes: "${String(value)}"`;
};

const isVariable = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('RINGMASTER_');
const isSecret = (name: string, value: unknown): boolean => isSecretRef(value) && !isShellVariable(name);
const isSeconds = (value: unknown): boolean => isWhole(value, 1, jobLimitSecondsMax);
const isCommand = (value: unknown): boolean => isTexts(value) && value.length > 0 && value[0] !== '';
const isInput = (one: unknown): one is { readonly name: string } =>
  isFields(one) &&
  isText(one['name']) &&
  !one['name'].includes('/') &&
  isOutputPath(one['name']) &&
  one['name'] !== 'request.json' &&
  utf8Bytes(one['name']) <= fileNameBytesMax &&
  isSum(one['sha256']) &&
  isWhole(one['bytes'], 0, Number.MAX_SAFE_INTEGER);
const isOutput = (one: unknown): one is { readonly path: string; readonly to: string } =>
  isFields(one) &&
  isText(one['path']) &&
  isOutputPath(one['path']) &&
  isText(one['to']) &&
  (one['to'] === 'home' || (one['to'].startsWith('dataset:') && isName(one['to'].slice(8))));
/** A first name with a dot is no such name: the id of the item stands before it. */
const isHiddenInDataset = ({ path, to }: { readonly path: string; readonly to: string }): boolean => to !== 'home' && path.includes('/.');
/** True when a file system takes the path. In a dataset the file is called `<item>.<path>`, and a dot stands before its name for a moment. */
const hasRoom = (path: string, item: string): boolean =>
  (item === '' ? path : `.${item}.${path}`).split('/').every((part) => utf8Bytes(part) <= fileNameBytesMax);
