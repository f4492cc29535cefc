import { plain } from './plain.ts';

const words = {
  true: ['true', 't', 'yes', 'y', 'on', '1', 'enable', 'enabled', 'ja', 'j', 'oui', 'si', 'sim', 'da', 'tak', 'wahr', 'vrai'],
  false: ['false', 'f', 'no', 'n', 'off', '0', 'disable', 'disabled', 'nein', 'non', 'nao', 'nee', 'nie', 'net', 'falsch', 'faux', 'never', 'none'],
} as const;

/** Returns the truth that a person most likely meant, or undefined: `yes` and `on` are true, `no` and `off` are false. */
export function meantTruth(text: string): boolean | undefined {
  const word = plain(text);
  if ((words.true as readonly string[]).includes(word)) return true;
  return (words.false as readonly string[]).includes(word) ? false : undefined;
}

/** Words that people write for a limit that never ends. */
const neverWords = ['none', 'never', 'off', 'no', 'false', 'disabled', 'unlimited', 'infinite', 'infinity', '.inf', 'inf', 'null', '~', '0', '-1'];

/** Returns whether a person most likely meant "never". */
export const meantNever = (text: string): boolean => neverWords.includes(plain(text));
