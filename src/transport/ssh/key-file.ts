/**
 * Identity files, as ssh itself takes them. npm ssh2 reads files that ssh refuses, such as a key that other users may read. A node would then run commands by
 * npm ssh2, and each transfer by the system's ssh would fail. So ssh-keygen, which reads a key as ssh does, decides.
 */
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { quote } from '../../base/quote.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import { lockedKeyWords, looseKeyWords, refusedKeyLine } from '../../domain/failure/program-words.ts';
import { sshLimits } from '../limits.ts';
import { runSsh } from './run-ssh.ts';

/** Why a key cannot be offered. `hint` is absent where the key itself has no fault: it is not there, or has a passphrase. */
export interface KeyFault {
  readonly fault: string;
  readonly hint?: Hint;
}

export type KeyFile = { readonly file: string } & (
  | { readonly type: 'usable'; readonly key: Buffer }
  /** ssh takes the key, and npm ssh2 lacks its format. */
  | { readonly type: 'only-ssh' }
  | ({ readonly type: 'absent' | 'unusable' } & KeyFault)
);

type FaultyKey = Extract<KeyFile, KeyFault>;
export const isUnusable = (read: KeyFile): read is FaultyKey => read.type === 'unusable';

export async function readKeyFile(file: string): Promise<KeyFile> {
  const key = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (key instanceof Error) return { file, type: key.code === 'ENOENT' ? 'absent' : 'unusable', fault: key.message };
  const parsed = [ssh2.utils.parseKey(key)].flat()[0];
  const isParsed = parsed !== undefined && !(parsed instanceof Error);
  if (isParsed && !parsed.isPrivateKey()) return { file, type: 'unusable', ...publicHalf(file) };
  const refusal = await refusalOf(file);
  if (refusal.type === 'refused') return { file, type: 'unusable', ...faultOf(file, isParsed ? oddTextOf(key) : [], refusal.why) };
  if (refusal.type === 'taken' && !(await isHalfOf(file, refusal.half))) return { file, type: 'unusable', ...otherHalf(file) };
  if (isParsed) return { file, type: 'usable', key };
  return refusal.type === 'taken' ? { file, type: 'only-ssh' } : { file, type: 'unusable', fault: parsed?.message ?? 'it has no key' };
}

type Refusal =
  | { readonly type: 'unknown' }
  /** `half` is the public half, as a line of text. */
  | { readonly type: 'taken'; readonly half: string }
  | { readonly type: 'refused'; readonly why: string };

/** Returns whether ssh takes a private key without a passphrase. A machine without ssh-keygen cannot say it. */
const refusalOf = (file: string): Promise<Refusal> =>
  runSsh('ssh-keygen', ['-y', '-P', '', '-f', file], sshLimits.keyMsMax).then(
    ({ stdout }) => ({ type: 'taken', half: stdout }),
    ({ code, stderr = '' }: { readonly code?: unknown; readonly stderr?: string }) => {
      if (typeof code !== 'number') return { type: 'unknown' };
      return { type: 'refused', why: refusedKeyLine.exec(stderr)?.groups?.['why'] ?? stderr.trim() };
    },
  );

/** Returns whether the file beside a private key, if there is one, has its public half. ssh offers the key that this file has. */
async function isHalfOf(file: string, half: string): Promise<boolean> {
  const beside = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  const keyIn = (line: string): string | undefined => line.trim().split(/\s+/)[1];
  return keyIn(beside) === undefined || keyIn(beside) === keyIn(half);
}

/** Returns in what the text of a key differs from what ssh reads, and npm ssh2 reads it all the same. */
function oddTextOf(key: Buffer): readonly string[] {
  const text = key.toString('latin1');
  return [
    ...(text.startsWith('\u00EF\u00BB\u00BF') ? ['a byte order mark'] : []),
    ...(text.includes('\r') ? ['carriage returns'] : []),
    ...(text.endsWith('\n') ? [] : ['no newline at its end']),
  ];
}

function faultOf(file: string, oddText: readonly string[], why: string): KeyFault {
  if (looseKeyWords.test(why)) return { fault: 'ssh ignores it, because other users may read it', hint: { run: `chmod 600 ${quote(file)}` } };
  if (lockedKeyWords.test(why)) return { fault: 'it has a passphrase' };
  if (oddText.length > 0)
    return {
      fault: `ssh cannot read it, because it has ${oddText.join(' and ')}`,
      hint: { run: String.raw`sed -i -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' -e '$a\' ${quote(file)}` },
    };
  return {
    fault: `ssh cannot read it: ${why}`,
    hint: {
      say: 'a private key in a format of OpenSSH in its place, until this command prints its public half',
      run: `ssh-keygen -y -f ${quote(file)}`,
    },
  };
}

const otherHalf = (file: string): KeyFault => ({
  fault: `ssh refuses it, because ${file}.pub is the public half of another key`,
  hint: { run: `ssh-keygen -y -f ${quote(file)} > ${quote(`${file}.pub`)}` },
});

const publicHalf = (file: string): KeyFault => ({
  fault: 'it is the public half of a key',
  hint: { say: `naming the file with the private half instead${file.endsWith('.pub') ? `: ${file.slice(0, -'.pub'.length)}` : ''}` },
});
