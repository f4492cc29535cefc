/** When a node has no rsync, files are copied to and from the node as tar streams. */
import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { programsOf } from '../../support/programs-of.ts';
import { makeTree } from './copy-harness.ts';
import { sha256 } from '../../support/sha256.ts';

const temporary = ownTemporaryFolder();
let host: PracticeHost;
aroundHost(async () => {
  const path = programsOf(temporary, (name) => name !== 'rsync');
  return (host = await PracticeHost.start('d', temporary, { path }));
});

test('trees and blobs go as a tar stream or a plain stream, and are verified', async () => {
  const node = host.machine();
  const from = makeTree({ 'sub/a b': 'first', 'it\'s "odd" $(x) ü': 'odd', big: randomBytes(9_000_000) });
  const first = await node.copy({ type: 'push-tree', dataset: 'tree', from });
  expect(first).toMatchObject({ files: 3, changed: true, method: 'tar' });
  unlinkSync(join(from, 'big'));
  const second = await node.copy({ type: 'push-tree', dataset: 'tree', from });
  expect(second).toMatchObject({ files: 2, changed: true, method: 'tar' });
  await node.run({ argv: ['cp', '-r', 'replicas/tree/current/', 'datasets'], timeoutMs: 20_000 });
  await node.run({ argv: ['sh', '-c', 'rm -rf datasets && mkdir datasets && cp -r replicas/tree/current/. datasets/back'], timeoutMs: 20_000 });
  const to = join(temporary, 'tarred');
  expect(await node.copy({ type: 'pull-tree', dataset: 'back', to })).toMatchObject({ digest: second.digest, files: 2, method: 'tar' });
  expect(await node.copy({ type: 'pull-tree', dataset: 'back', to })).toMatchObject({ changed: false, method: 'none' });
  const blob = join(makeTree({ blob: randomBytes(9_000_000) }), 'blob');
  expect(await node.copy({ type: 'push-blob', from: blob, sha256: sha256(readFileSync(blob)) })).toMatchObject({ changed: true, method: 'tar' });
});
