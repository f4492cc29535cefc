import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { readTemporalProfile, serverOptions } from '../../src/service/temporal/server-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringmaster-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const profile = (text: string): Record<string, string> => {
  const file = join(folder, 'temporal.toml');
  writeFileSync(file, text);
  return { HOME: folder, TEMPORAL_CONFIG_FILE: file };
};
/** Returns the failure with which the profile of an environment is refused. */
const refusal = (env: Readonly<Record<string, string>>): RingmasterError => {
  try {
    readTemporalProfile(env);
  } catch (error) {
    return error as RingmasterError;
  }
  throw new Error('the profile is read');
};
const good = '[profile.default]\naddress = "far:7233"\nnamespace = "games"\n';
const embedded = { temporalAddress: '127.0.0.1:7233', temporalEmbedded: true };
/** The options of a connection that no proxy of the environment catches. */
const direct = { address: '127.0.0.1:7233', channelArgs: { 'grpc.enable_http_proxy': 0 } };
const external = { temporalAddress: 'theirs:7233', temporalEmbedded: false };

test('a cluster with its own server uses that server, whatever the environment names, and sends it no credentials', () => {
  const env = {
    ...profile('[profile.default]\naddress = "far:7233"\napi_key = "secret"\n'),
    TEMPORAL_ADDRESS: 'other:7233',
    TEMPORAL_API_KEY: 'key',
  };
  expect(serverOptions(embedded, env)).toEqual(direct);
});

test('a cluster on another server keeps the address that `up` recorded; the environment provides only credentials', () => {
  expect(serverOptions(external, { HOME: folder, TEMPORAL_ADDRESS: 'other:7233', TEMPORAL_API_KEY: 'key' })).toMatchObject({
    address: 'theirs:7233',
    apiKey: 'key',
    tls: true,
  });
});

test('the environment wins over the profile, key by key', () => {
  const env = profile('[profile.default]\naddress = "far:7233"\nnamespace = "games"\napi_key = "of-profile"\n');
  expect(readTemporalProfile(env)).toMatchObject({ namespace: 'games', connectionOptions: { address: 'far:7233', apiKey: 'of-profile' } });
  expect(readTemporalProfile({ ...env, TEMPORAL_ADDRESS: 'near:7233', TEMPORAL_NAMESPACE: 'own' })).toMatchObject({
    namespace: 'own',
    connectionOptions: { address: 'near:7233', apiKey: 'of-profile' },
  });
  expect(serverOptions(external, env)).toMatchObject({ address: 'theirs:7233', apiKey: 'of-profile' });
});

test.each([
  ['a file that is no TOML', '[profile', 'default'],
  ['a profile that the file lacks', good, 'other'],
])('%s: the right file works, and so does an environment without the two variables', (_, text, name) => {
  const env = { ...profile(text), TEMPORAL_PROFILE: name };
  const { code, hint } = refusal(env);
  expect(code).toBe('config.invalid');
  const [, file = '', ...unset] = /^correcting (\S+), or unsetting (\w+) and (\w+)$/.exec(hint?.say ?? '') ?? [];
  writeFileSync(file, good.replace('default', name));
  expect(readTemporalProfile(env).namespace).toBe('games');
  expect(readTemporalProfile(Object.fromEntries(Object.entries(env).filter(([key]) => !unset.includes(key)))).namespace).toBeUndefined();
});

test('a certificate that a variable names and that is not there: the fix names the variables, and each of its two ways works', () => {
  const env = { HOME: folder, TEMPORAL_ADDRESS: 'far:7233', TEMPORAL_TLS_CLIENT_CERT_PATH: join(folder, 'cert'), TEMPORAL_TLS_SERVER_NAME: 'far' };
  const { code, hint } = refusal(env);
  expect(code).toBe('config.invalid');
  const [, names = ''] = /^correcting or unsetting (.*)$/.exec(hint?.say ?? '') ?? [];
  const without = Object.fromEntries(Object.entries(env).filter(([key]) => !names.split(', ').includes(key)));
  expect(readTemporalProfile(without).connectionOptions).toMatchObject({ address: 'far:7233', tls: undefined });
  writeFileSync(env.TEMPORAL_TLS_CLIENT_CERT_PATH, 'a certificate');
  expect(readTemporalProfile(env).connectionOptions).toMatchObject({ tls: { serverNameOverride: 'far' } });
});

test('an unreadable profile is a configuration failure, but does not stop a cluster with its own server', () => {
  const env = profile('[profile');
  expect(() => serverOptions(external, env)).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
  expect(serverOptions(embedded, env)).toEqual(direct);
});
