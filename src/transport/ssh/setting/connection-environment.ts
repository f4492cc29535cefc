import type { SshSettings } from './ssh-settings.ts';

/** The language of the user at home never fits a tool: it would change the words of the programs on the node. */
const isLanguage = (name: string): boolean => /^(LANG|LANGUAGE|LC_.*)$/.test(name);

/** Returns the variables that ssh sends to the host with each command: those of this process that SendEnv names, and those of SetEnv. */
export function connectionEnvironment(
  { all }: Pick<SshSettings, 'all'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const sent: Record<string, string> = {};
  const patterns = all('sendenv').map(wildcard);
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !isLanguage(name) && patterns.some((pattern) => pattern.test(name))) sent[name] = value;
  for (const line of all('setenv')) {
    const equals = line.indexOf('=');
    if (equals > 0) sent[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return sent;
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
