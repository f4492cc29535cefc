/** Secrets are names. An item may use only the names that the cluster file has. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveSecrets } from '../../../activities/gateway/resolve-secrets.ts';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import { itemFaults } from '../../../src/domain/item/item-faults.ts';
import { maskedEnv, type SecretRef } from '../../../src/domain/item/secret.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import { readSecret, takeSecretVariables } from '../../../src/transport/read-secret.ts';
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

it('a view shows the name of a secret, and masks plain text that looks like one', () => {
  expect(maskedEnv({ A: { fromEnv: 'X' }, WANDB_API_KEY: 'abc', OMP_NUM_THREADS: '2' })).toEqual({
    A: { fromEnv: 'X' },
    WANDB_API_KEY: '…',
    OMP_NUM_THREADS: '2',
  });
});

it('the gateway keeps the variables of secrets for itself: a job on a local node inherits none that it does not name', () => {
  const env: NodeJS.ProcessEnv = { TOKEN: 'v', HOME: '/h', OTHER: 'o' };
  const variables = takeSecretVariables([{ fromEnv: 'TOKEN' }, { fromEnv: 'HOME' }], env);
  expect(env).toEqual({ HOME: '/h', OTHER: 'o' });
  expect(resolveSecrets({ id, env: { A: { fromEnv: 'TOKEN' } } }, { secrets: [{ fromEnv: 'TOKEN' }], variables })).toEqual({ A: 'v' });
});
