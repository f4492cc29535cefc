import type { JobEnv, SecretRef } from '../domain/item/secret.ts';
import type { ResolvePath } from './resolve-path.ts';

/** Returns the environment with absolute paths of secret files. */
export const toEnv = (env: JobEnv, resolvePath: ResolvePath): JobEnv =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, typeof value === 'string' ? value : toSecret(value, resolvePath)]));

export const toSecret = (ref: SecretRef, resolvePath: ResolvePath): SecretRef => ('fromEnv' in ref ? ref : { fromFile: resolvePath(ref.fromFile) });
