import type { WorkItemSpec } from './work-item.ts';

/**
 * A secret is a name: of a variable of the gateway's environment, or of a file of the control machine. Only the name is in the cluster file, in items,
 * ledgers, histories and views. The gateway reads the value just before the launch of a job, and only for a name that the cluster file has.
 */
export type SecretRef = { readonly fromEnv: string } | { readonly fromFile: string };

/** The value of a variable of a job: plain text, or the name of a secret. */
export type EnvValue = string | SecretRef;
export type JobEnv = Readonly<Record<string, EnvValue>>;

const variablePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isSecretRef(value: unknown): value is SecretRef {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const [[kind, named] = ['', undefined]] = entries;
  if (entries.length !== 1 || typeof named !== 'string' || named === '' || /[\0\r\n]/.test(named)) return false;
  return kind === 'fromFile' || (kind === 'fromEnv' && variablePattern.test(named));
}

/** Returns a text that is equal for two references to the same secret, and that tells a person which secret it is. */
export const secretName = (ref: SecretRef): string => ('fromEnv' in ref ? `fromEnv: ${ref.fromEnv}` : `fromFile: ${ref.fromFile}`);

export interface RefusedSecret {
  readonly variable: string;
  readonly because: string;
}

/** Returns the first variable that names a secret which the cluster file does not name. Returns undefined when there is none. */
export function refusedSecret(env: JobEnv, allowed: readonly SecretRef[]): RefusedSecret | undefined {
  const names = allowed.map(secretName);
  const [variable, ref] = Object.entries(secretEnv(env)).find(([, one]) => !names.includes(secretName(one))) ?? [];
  if (variable === undefined || ref === undefined) return undefined;
  const named = names.join(', ') || 'none';
  return {
    variable,
    because: `its variable ${variable} names the secret ${secretName(ref)}, which the cluster file does not name (it names ${named})`,
  };
}

/** Returns the variables that are plain text. */
export const plainEnv = (env: JobEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

/** Returns the variables whose values are secrets. */
export const secretEnv = (env: JobEnv): Readonly<Record<string, SecretRef>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, SecretRef] => isSecretRef(entry[1])));

export const hasSecrets = ({ env }: { readonly env: JobEnv }): boolean => Object.values(env).some(isSecretRef);

/**
 * A plain value stands under these names by mistake. A view shows it as dots. A word that only begins or ends like one of these is no such name:
 * AUTHOR, TOKENIZER, PASSES, COMPASS, and PWD, the working directory.
 */
const secretWords = new RegExp(
  [
    'secret|credential|private|cookie|session|bearer|webhook|connection_?string|passw|passphrase|passcode',
    '(?<!com|by)pass(?![a-z])',
    '(?<!^|old)pwd(?![a-z])',
    'token(?!iz)',
    'auth(?!or)|authori[sz]ation',
    '(access|api)_?key|(^|_)key$',
    '(dsn|jwt)(?![a-z])|(^|_)(creds?|pat)(_|$)',
  ].join('|'),
  'i',
);
/** The password of a URL ends at the last @ before the path. A user of a web address without a password is a token. */
const secretsOfUrls = /(:\/\/[^\s/?#@:]*:)[^\s/]*@|(https?:\/\/)[^\s/?#@:]+@/gi;

const hasSecretName = (name: string): boolean => secretWords.test(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2'));

/** Returns the environment as views show it. */
export const maskedEnv = (env: JobEnv): JobEnv =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, typeof value === 'string' && hasSecretName(name) ? '…' : value]));

/** Masks the passwords of URLs. A function of this form can be given to `JSON.parse` and to `JSON.stringify`. */
export const maskedUrls = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll(secretsOfUrls, (_, user?: string, scheme?: string) => `${user ?? scheme ?? ''}…@`) : value;

/** Returns the spec with this JSON as views show it: without plain values that look like secrets, and without the passwords of URLs. */
export function maskedSpec(json: string): WorkItemSpec {
  const spec = JSON.parse(json, json.includes('://') ? maskedUrls : undefined) as WorkItemSpec;
  return { ...spec, env: maskedEnv(spec.env) };
}
