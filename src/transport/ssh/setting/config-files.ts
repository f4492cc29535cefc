/** Where ssh has its settings from: the files that it read, and the line that gave a setting its value. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { settingBlockLines, settingFileLines } from '../../../domain/failure/program-words.ts';
import { sshLimits } from '../../limits.ts';

interface ConfigLine {
  readonly file: string;
  /** The number of the line in its file. The first line is 1. */
  readonly line: number;
  readonly keyword: string;
  readonly value: string;
  /** True when the line counts for the host: ssh printed that the block around it applies, or no block is around it. */
  readonly applies: boolean;
}

/**
 * Returns the lines of all files that ssh read for a host, in the order of reading. Call this only for a failure: it runs `ssh -v -G` and
 * waits for its end.
 */
function linesFor(host: string): readonly ConfigLine[] {
  const { stderr } = spawnSync('ssh', ['-v', '-G', '--', host], { encoding: 'utf8', timeout: sshLimits.placeMsMax });
  const said = stderr ?? '';
  const files = [...new Set([...said.matchAll(settingFileLines)].map(([, file = '']) => file))];
  const applied = new Set([...said.matchAll(settingBlockLines)].map(([, file, line]) => `${file}:${line}`));
  return files.flatMap((file) => {
    let applies = true;
    return textOf(file)
      .split('\n')
      .flatMap((text, index): readonly ConfigLine[] => {
        const [, keyword = '', value = ''] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(text) ?? [];
        if (keyword === '') return [];
        const isBlock = /^(host|match)$/i.test(keyword);
        // ssh prints no line for a Match block, so a line in such a block counts.
        if (isBlock) applies = /^match$/i.test(keyword) || applied.has(`${file}:${index + 1}`);
        return [{ file, line: index + 1, keyword: keyword.toLowerCase(), value, applies: isBlock || applies }];
      });
  });
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

/** Returns the place of the line that gives a setting its value for a host, as `FILE line N`. Returns undefined when no file has it. */
export function placeOf(host: string, setting: string): string | undefined {
  const found = linesFor(host).find(({ keyword, applies }) => applies && keyword === setting.toLowerCase());
  return found === undefined ? undefined : `${found.file} line ${found.line}`;
}
