import { readFileSync, statSync } from 'node:fs';
import { RingmasterError } from '../domain/failure/error.ts';
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
