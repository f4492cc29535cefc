/** Tests the checks of doctor that depend on what a machine lacks. */
import { expect, test } from 'vitest';
import { guarded } from '../../src/cli/doctor/check.ts';
import { missingProgram } from '../../src/cli/doctor/machine-checks.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';

const sshd = { name: 'sshd', package: 'openssh-server', isForPractice: true } as const;
const practice = { practice: { port: 22_101 } };

test.each([
  ['a cluster with a practice node', [{}, practice], 'fault'],
  ['a cluster without a practice node', [{}], 'skipped'],
  ['no cluster', undefined, 'warn'],
] as const)('a machine without sshd and with %s', (_, nodes, result) => {
  expect(missingProgram(sshd, nodes)).toMatchObject({ name: 'sshd', result });
  expect(missingProgram({ name: 'rsync', package: 'rsync' }, nodes)).toMatchObject({ result: 'fault', fix: 'apt-get install rsync' });
});

test('a check that fails has the fix of its failure', async () => {
  const failure = new RingmasterError('ledger.corrupt', { cannot: 'read x', because: 'it is torn', hint: { say: 'again', run: 'ringmaster up' } });
  expect(await guarded('x', () => Promise.reject(failure))).toEqual({
    name: 'x',
    result: 'fault',
    detail: 'Cannot read x because it is torn',
    fix: 'again: ringmaster up',
  });
  expect(await guarded('x', () => Promise.reject(new Error('odd')))).toMatchObject({ result: 'fault', fix: 'again, and report it if it returns' });
});
