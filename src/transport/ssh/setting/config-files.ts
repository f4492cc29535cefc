/** Where ssh has its settings from: the files that it read, and the line that gave a setting its value. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { settingEventLines } from '../../../domain/failure/program-words.ts';
import { sshLimits } from '../../limits.ts';

interface ConfigLine {
  readonly file: string;
  /** The number of the line in its file. The first line is 1. */
  readonly line: number;
  /** The name of the setting as the file has it, and in lower case. */
  readonly written: string;
  readonly keyword: string;
  readonly value: string;
  /** True when the line counts for the host: ssh printed that the block around it applies, or no block is around it. */
  readonly applies: boolean;
}

/**
 * Returns the lines of all files that ssh read for a host, in the order of reading. The lines of an included file are at the place of its Include.
 * Call this only for a failure: it runs `ssh -vvv -G` and waits for its end.
 */
function linesFor(host: string): readonly ConfigLine[] {
  const { stderr } = spawnSync('ssh', ['-vvv', '-G', '--', host], { encoding: 'utf8', timeout: sshLimits.placeMsMax });
  return new ConfigWalk([...(stderr ?? '').matchAll(settingEventLines)].map(({ groups = {} }) => groups)).lines();
}

type Event = Readonly<Record<string, string | undefined>>;

/**
 * Reads the files of settings again, beside the events that ssh printed when it read them. An event is what ssh prints about a file, a Host block, a
 * Match block or an Include. The events have the order of the lines that caused them.
 */
class ConfigWalk {
  readonly #events: Event[];
  constructor(events: readonly Event[]) {
    this.#events = [...events];
  }

  lines(): readonly ConfigLine[] {
    const found: ConfigLine[] = [];
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      if (event['read'] !== undefined) found.push(...this.#file(event['read'], true));
    }
    return found;
  }

  /** Returns the lines of a file. `applies` says whether the block around its Include applies. */
  #file(file: string, applies: boolean): readonly ConfigLine[] {
    let isIn = applies;
    return textOf(file)
      .split('\n')
      .flatMap((text, index): readonly ConfigLine[] => {
        const [, name = '', value = ''] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(text) ?? [];
        const keyword = name.toLowerCase();
        const place = { file, line: index + 1, written: name, keyword, value };
        if (keyword === '') return [];
        if (keyword === 'host') isIn = this.#take('host', `${file} line ${index + 1}`) && applies;
        if (keyword === 'match') isIn = this.#takeMatch() && applies;
        const isBlock = keyword === 'host' || keyword === 'match';
        return [{ ...place, applies: isBlock || isIn }, ...(keyword === 'include' ? this.#included(place, isIn) : [])];
      });
  }

  #included({ file, line }: Pick<ConfigLine, 'file' | 'line'>, applies: boolean): readonly ConfigLine[] {
    const found: ConfigLine[] = [];
    for (;;) {
      const inner = this.#events[0]?.['file'];
      if (inner === undefined || !this.#take('include', `${file} line ${line}`)) return found;
      // ssh passes over a file that it cannot open.
      if (this.#take('read', inner)) found.push(...this.#file(inner, applies));
    }
  }

  /** Returns whether the next event is of this kind with this value, and removes the event. */
  #take(kind: string, value: string): boolean {
    const isNext = this.#events[0]?.[kind] === value;
    if (isNext) this.#events.shift();
    return isNext;
  }

  #takeMatch(): boolean {
    return !this.#take('match', 'not found') && this.#take('match', 'found');
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the names of hosts in the user's files, without those that have wildcards. */
export const hostsInConfig = (host: string): readonly string[] => [
  ...new Set(
    linesFor(host)
      .filter(({ keyword }) => keyword === 'host')
      .flatMap(({ value }) => value.replaceAll('"', '').split(/\s+/))
      .filter((name) => name !== '' && !/[*?!]/.test(name)),
  ),
];

/**
 * Returns the place of the line that gives a setting its value for a host, as `FILE line N`. `value` is the value in the output of `ssh -G`. Returns
 * undefined when no file has the setting, and when the line that was found has another value: no place is better than a false one.
 */
export function placeOf(host: string, setting: string, value: string): string | undefined {
  const found = linesFor(host).find(({ keyword, applies }) => applies && keyword === setting.toLowerCase());
  const isSame = found !== undefined && (isExpanded.test(found.value) || meaning(found.value) === meaning(value));
  return isSame ? textOfPlace(found) : undefined;
}

/** Returns the place of the first line that gives a setting a value for a host, when ssh does not print the value. */
export function placeOfOption(host: string, setting: string): string | undefined {
  const found = linesFor(host).find(({ keyword, applies }) => applies && keyword === setting.toLowerCase());
  return found === undefined ? undefined : textOfPlace(found);
}

/** Returns the place of the line that gives any host this HostName. The host can be one on the way to `host`. */
export function placeOfHostName(host: string, hostName: string): string | undefined {
  const found = linesFor(host).find(({ keyword, value }) => keyword === 'hostname' && meaning(value) === meaning(hostName));
  return found === undefined ? undefined : textOfPlace(found);
}

/** Returns the first line that counts for a host and uses a variable of the environment. */
export function lineWithVariable(host: string, variable: string): { readonly option: string; readonly place: string } | undefined {
  const found = linesFor(host).find(({ applies, value }) => applies && value.includes(`\${${variable}}`));
  return found === undefined ? undefined : { option: found.written, place: textOfPlace(found) };
}

const textOfPlace = ({ file, line }: ConfigLine): string => `${file} line ${line}`;

/** ssh prints such a value as it reads it: with tokens, variables and the home folder replaced, or as a change to its own list of algorithms. */
const isExpanded = /[%~]|\$\{|^[+^-]/;

/** Returns the first word of a value, without quotes. ssh has several words for yes and no. */
function meaning(value: string): string {
  const word = (/^"([^"]*)"|^\S+/.exec(value)?.[1] ?? /^\S*/.exec(value)?.[0] ?? '').toLowerCase();
  return ({ yes: 'true', no: 'false', off: 'false' } as Readonly<Record<string, string>>)[word] ?? word;
}
