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

/** Returns the variables that are plain text. */
export const plainEnv = (env: JobEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

/** Returns the variables whose values are secrets. */
export const secretEnv = (env: JobEnv): Readonly<Record<string, SecretRef>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, SecretRef] => isSecretRef(entry[1])));

export const hasSecrets = ({ env }: { readonly env: JobEnv }): boolean => Object.values(env).some(isSecretRef);

/** A plain value stands under these names by mistake. A view shows it as dots. */
const secretWords = /token|secret|passw|credential|api_?key|private_?key/i;

/** Returns the environment as views show it. */
export const maskedEnv = (env: JobEnv): JobEnv =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, typeof value === 'string' && secretWords.test(name) ? '…' : value]));
