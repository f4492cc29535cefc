import { describe, expect, test } from 'vitest';
import type { JobRef } from '../../../src/domain/ids.ts';
import { type MachineHarness, coded } from './machine-harness.ts';

const entry = (changes: Record<string, unknown> = {}) => ({
  path: 'a',
  bytes: 1,
  sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  ...changes,
});
const manifestOf = (...files: unknown[]): string => JSON.stringify({ v: 1, files, result: {} });

/** Each row has a name, the text of the manifest, and the code of the failure. The job's only other file is `a`, which contains "a". */
const refused: readonly (readonly [string, string, string])[] = [
  ['garbage', '{"v": 1, "files": [{', 'job.bad-manifest'],
  ['an empty file', '', 'job.bad-manifest'],
  ['null', 'null', 'job.bad-manifest'],
  ['another version', '{"v":2,"files":[],"result":{}}', 'job.bad-manifest'],
  ['no result', '{"v":1,"files":[]}', 'job.bad-manifest'],
  ['a list as result', '{"v":1,"files":[],"result":[]}', 'job.bad-manifest'],
  ['a path out of the folder', manifestOf(entry({ path: '../../x' })), 'job.bad-manifest'],
  ['a path out by a detour', manifestOf(entry({ path: 'b/../../x' })), 'job.bad-manifest'],
  ['an absolute path', manifestOf(entry({ path: '/etc/passwd' })), 'job.bad-manifest'],
  ['a number as path', manifestOf(entry({ path: 7 })), 'job.bad-manifest'],
  ['half a digest', manifestOf(entry({ sha256: 'ca97' })), 'job.bad-manifest'],
  ['a file twice', manifestOf(entry(), entry()), 'job.bad-manifest'],
  ['another digest', manifestOf(entry({ sha256: '0'.repeat(64) })), 'job.corrupt-output'],
  ['another size', manifestOf(entry({ bytes: 2 })), 'job.corrupt-output'],
  ['a file that is not there', manifestOf(entry({ path: 'b' })), 'job.corrupt-output'],
];

export function manifestConformance(harness: MachineHarness): void {
  describe('manifest', () => {
    let ended: JobRef | undefined;
    test.each(refused)('a manifest with %s is refused', async (_what, text, code) => {
      // One job has the manifests of all rows, one after the other, because a job takes far longer than its manifest.
      ended ??= await harness.done(['write', 'a', 'a', 'manifest']);
      await harness.fixture.writeFile(`jobs/${ended.item}/${ended.epoch}/output/manifest.json`, text);
      await expect(harness.machine.manifest(ended)).rejects.toEqual(coded(code));
    });

    test('a missing manifest is job.no-output', async () => {
      await expect(harness.machine.manifest(await harness.done(['write', 'a', 'a']))).rejects.toEqual(coded('job.no-output'));
      await expect(harness.machine.manifest(harness.newJob())).rejects.toEqual(coded('job.no-output'));
    });

    test('names with spaces, quotes and folders are accepted, and so is a file that the manifest does not list', async () => {
      const job = await harness.done(['write', "it's a/b c", 'x', 'write', 'ü', 'y', 'manifest', 'write', 'more', 'z']);
      const { files } = await harness.machine.manifest(job);
      expect(files.map(({ path }) => path).toSorted()).toEqual(["it's a/b c", 'ü']);
    });

    test('a manifest of a thousand files is read', async () => {
      const files = Array.from({ length: 3_000 }, (_, k) => entry({ path: `no/such/folder/with/a/rather/long/name/file-${k}` }));
      const job = await harness.done(['take', 'manifest', 'manifest.json'], {
        inputs: [{ name: 'manifest', sha256: await harness.pushText(manifestOf(...files)) }],
      });
      await expect(harness.machine.manifest(job)).rejects.toEqual(coded('job.corrupt-output'));
    });
  });

  describe('settle', () => {
    test('keeps the folders of an output path', async () => {
      const job = await harness.done(['write', 'deep/er/a', 'x', 'manifest']);
      for (let times = 0; times < 2; times += 1) await harness.machine.settle(job, [{ path: 'deep/er/a', to: 'dataset:deep' }]);
      expect((await harness.machine.read(`datasets/deep/${job.item}.deep/er/a`, { bytesMax: 10 })).toString()).toBe('x');
    });

    test('moves only outputs that belong to a dataset', async () => {
      const job = await harness.done(['write', 'a', 'x', 'write', 'b', 'y', 'manifest']);
      await harness.machine.settle(job, [
        { path: 'a', to: 'home' },
        { path: 'b', to: 'dataset:only' },
      ]);
      await expect(harness.machine.read(`datasets/only/${job.item}.a`, { bytesMax: 10 })).rejects.toEqual(coded('transport.command'));
      expect((await harness.machine.read(`datasets/only/${job.item}.b`, { bytesMax: 10 })).toString()).toBe('y');
    });
  });
}
