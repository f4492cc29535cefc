import { plain } from './plain.ts';

/** Returns the name that a person most likely meant, in the letters that a name may have, or undefined when nothing of the text fits. `My Lab` is `my-lab`. */
export function meantName(text: string, lettersMax: number): string | undefined {
  const name = plain(text)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, lettersMax)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}

/** The same for a label, which keeps its upper case and may also have `.`, `_` and `=`. */
export function meantLabel(text: string, lettersMax: number): string | undefined {
  const label = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .replaceAll(/\s*[:=]\s*/g, '=')
    .replaceAll(/[^A-Za-z0-9._=-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, lettersMax);
  return label === '' ? undefined : label;
}
