/** Secrets are names. An item may use only the names that the cluster file has. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveSecrets } from '../../../activities/gateway/resolve-secrets.ts';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import { itemFaults } from '../../../src/domain/item/item-faults.ts';
import { maskedEnv, maskedSpec, type SecretRef } from '../../../src/domain/item/secret.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import { readSecret, takeSecretVariables } from '../../../src/transport/read-secret.ts';
import { withSecrets } from '../../../src/cli/queue/with-secrets.ts';
import { checkSecrets } from '../../../workers/launcher/check-secrets.ts';
import { itemSpec } from '../../support/item-spec.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-secret-'));
  writeFileSync(join(folder, 'token'), 'from a file\n');
  writeFileSync(join(folder, 'empty'), '\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const id = 'x' as ItemId;
const fromFile = (name: string): SecretRef => ({ fromFile: join(folder, name) });

it('a value is read where it is used, and a secret without a value has a failure that shows no value', () => {
  expect(readSecret({ fromEnv: 'TOKEN' }, { TOKEN: 'v' })).toBe('v');
  expect(readSecret(fromFile('token'))).toBe('from a file');
  for (const ref of [{ fromEnv: 'NONE' }, fromFile('none'), fromFile('empty'), fromFile('.')]) {
    expect(() => readSecret(ref, {})).toThrow(expect.objectContaining({ code: 'secret.missing' }));
  }
});

it('an item may name only the secrets of the cluster file', () => {
  const env = { A: fromFile('token'), B: 'plain' };
  expect(resolveSecrets({ id, env }, { secrets: [fromFile('token')], variables: {} })).toEqual({ A: 'from a file' });
  for (const ref of [{ fromFile: '/etc/shadow' }, { fromEnv: 'HOME' }, { fromFile: join(folder, '..', 'token') }]) {
    expect(() => resolveSecrets({ id, env: { A: ref } }, { secrets: [fromFile('token')], variables: process.env })).toThrow(
      expect.objectContaining({ code: 'secret.not-allowed' }),
    );
  }
});

it('an item is added with the secrets that the cluster file names in the same words, and with no other', () => {
  const running = { config: { secrets: [fromFile('token')] } as unknown as ClusterConfig, source: join(folder, 'cluster.yaml') };
  const added = (value: SecretRef) => withSecrets([itemSpec('x', { env: { A: value, B: 'plain' } })], running).map(({ env }) => env);
  expect(added({ fromFile: './token' })).toEqual([{ A: fromFile('token'), B: 'plain' }]);
  expect(added(fromFile('token'))).toEqual([{ A: fromFile('token'), B: 'plain' }]);
  for (const ref of [{ fromFile: './none' }, { fromEnv: 'HOME' }])
    expect(() => added(ref)).toThrow(
      expect.objectContaining({ code: 'secret.not-allowed', message: expect.stringContaining('Cannot add x because') }),
    );
});

it('a cluster whose secrets have no value is not started; all of them are named', () => {
  const config = { cluster: 'c', secrets: [{ fromEnv: 'ONE' }, { fromEnv: 'TWO' }, fromFile('token')] } as unknown as ClusterConfig;
  expect(() => checkSecrets(config, {})).toThrow(expect.objectContaining({ code: 'secret.missing', message: expect.stringMatching(/ONE.*TWO/s) }));
  expect(() => checkSecrets(config, { ONE: '1', TWO: '2' })).not.toThrow();
});

it.each([{ fromEnv: 'TOKEN' }, { fromFile: '/run/token' }])('%j is a good value of a variable', (value) => {
  expect(itemFaults({ ...itemSpec('x', { env: { TOKEN: value } }) })).toEqual([]);
});
it.each([{ fromEnv: 'A B' }, { fromEnv: '' }, { fromFile: 'a\nb' }, { fromEnv: 'A', fromFile: 'b' }, {}, { secret: 'A' }, 5])(
  '%j is refused',
  (value) => {
    expect(itemFaults({ ...itemSpec('x'), env: { TOKEN: value } })).toHaveLength(1);
  },
);
it('a variable that a shell sets cannot be a secret', () => {
  expect(itemFaults({ ...itemSpec('x', { env: { PATH: { fromEnv: 'TOKEN' } } }) })).toHaveLength(1);
});

const secretNames = `
  PGPASS PGPASSWORD DB_PASS DBPASS dbPass SMTP_PASS_1 KEY_PASSPHRASE REDIS_PASSWD MYSQL_PWD DBPWD ACCESS_KEY AWS_SECRET_ACCESS_KEY S3_ACCESSKEY
  WANDB_API_KEY APIKEY PRIVATE_KEY SIGNING_KEY SSH_KEY KEY AUTH BASIC_AUTH AUTHORIZATION OAUTH2 PROXY_AUTHENTICATION HF_TOKEN hfToken API_TOKENS
  CLIENT_SECRET SENTRY_DSN GOOGLE_APPLICATION_CREDENTIALS CREDS PRIVATE COOKIE SESSION SESSION_ID BEARER JWT GITHUB_PAT SLACK_WEBHOOK_URL
  AZURE_STORAGE_CONNECTION_STRING
`;
const plainNames = `
  AUTHOR GIT_AUTHOR_NAME AUTHORS XAUTHORITY PASSES NUM_PASSES PASSIVE COMPASS BYPASS PWD OLDPWD TOKENIZERS_PARALLELISM TOKENIZER KEYBOARD MONKEY
  KEY_FRAMES PATH PYTHONPATH CUDA_VISIBLE_DEVICES OMP_NUM_THREADS DATABASE_URL CREDIT SEED PATIENCE DSNAME
`;
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

it.each(words(secretNames))('a view masks the plain value of %s', (name) => expect(maskedEnv({ [name]: 'v' })).toEqual({ [name]: '…' }));
it.each(words(plainNames))('a view shows the plain value of %s', (name) => expect(maskedEnv({ [name]: 'v' })).toEqual({ [name]: 'v' }));
it('a view shows the name of a secret', () =>
  expect(maskedEnv({ A: { fromEnv: 'X' }, TOKEN: { fromFile: '/t' } })).toEqual({ A: { fromEnv: 'X' }, TOKEN: { fromFile: '/t' } }));

it.each([
  ['postgres://me:p4ss@db:5432/games', 'postgres://me:…@db:5432/games'],
  ['redis://:p4ss@cache', 'redis://:…@cache'],
  ['mysql+pymysql://me:p@4#s?s@db/games?x=1', 'mysql+pymysql://me:…@db/games?x=1'],
  ['--dsn=amqp://me:p4ss@a,amqp://you:w0rd@b', '--dsn=amqp://me:…@a,amqp://you:…@b'],
  ['https://ghp_abc@github.com/x http://me:p4ss@b/', 'https://…@github.com/x http://me:…@b/'],
  ['ssh://git@host/x', 'ssh://git@host/x'],
  ['http://h:4873/@scope/x', 'http://h:4873/@scope/x'],
  ['https://h/a@b?c=d:e@f', 'https://h/a@b?c=d:e@f'],
  ['me@example.org: a', 'me@example.org: a'],
])('a view shows %s as %s in a variable, a command and a request', (plain, masked) => {
  const spec = (text: string) => itemSpec('x', { env: { URL: text }, command: ['a', text], verify: [text], request: { deep: [{ text }], n: 1 } });
  expect(maskedSpec(JSON.stringify(spec(plain)))).toEqual(spec(masked));
});

it('the gateway keeps the variables of secrets for itself: a job on a local node inherits none that it does not name', () => {
  const env: NodeJS.ProcessEnv = { TOKEN: 'v', HOME: '/h', OTHER: 'o' };
  const variables = takeSecretVariables([{ fromEnv: 'TOKEN' }, { fromEnv: 'HOME' }], env);
  expect(env).toEqual({ HOME: '/h', OTHER: 'o' });
  expect(resolveSecrets({ id, env: { A: { fromEnv: 'TOKEN' } } }, { secrets: [{ fromEnv: 'TOKEN' }], variables })).toEqual({ A: 'v' });
});
