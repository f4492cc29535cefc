import { readFileSync, statSync } from 'node:fs';
import { RingmasterError } from '../domain/failure/error.ts';
import { isShellVariable } from '../domain/item/shell-variables.ts';
import { secretName, type SecretRef } from '../domain/item/secret.ts';
import { secretBytesMax } from './limits.ts';

/** Returns the value of a secret. One newline at the end of a file does not belong to the value. Throws `secret.missing` when there is no value. */
export function readSecret(ref: SecretRef, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const value = 'fromEnv' in ref ? env[ref.fromEnv] : readText(ref);
  if (value === undefined || value === '')
    throw missing(ref, 'fromEnv' in ref ? 'its environment has no such variable, or an empty one' : 'the file is empty');
  if (value.includes('\0') || Buffer.byteLength(value) > secretBytesMax)
    throw missing(ref, `it holds a NUL byte or more than ${secretBytesMax} bytes`);
  return value;
}

/** Programs that the gateway runs need these variables of its environment, so they stay there even when a secret has their name. */
const keptVariables = ['HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'TMPDIR'];

/**
 * Returns a copy of the environment, and removes the variables of secrets from it. Otherwise every job on a local node, and every program that the
 * gateway runs, would inherit all secrets.
 */
export function takeSecretVariables(refs: readonly SecretRef[], env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string | undefined>> {
  const copy = { ...env };
  for (const ref of refs) {
    if ('fromEnv' in ref && !isShellVariable(ref.fromEnv) && !keptVariables.includes(ref.fromEnv)) delete env[ref.fromEnv];
  }
  return copy;
}

function readText(ref: { readonly fromFile: string }): string {
  try {
    const found = statSync(ref.fromFile);
    if (!found.isFile() || found.size > secretBytesMax) throw missing(ref, `it is no file of at most ${secretBytesMax} bytes`);
    return readFileSync(ref.fromFile, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof RingmasterError) throw error;
    throw missing(ref, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** The failure names the secret and never shows a part of its value. */
const missing = (ref: SecretRef, because: string): RingmasterError =>
  new RingmasterError('secret.missing', {
    cannot: `read the secret ${secretName(ref)}`,
    because,
    hint: {
      say: 'giving the secret its value, then stopping and starting the cluster: a gateway has the environment of the command that started it',
    },
    fields: { secret: secretName(ref) },
  });
