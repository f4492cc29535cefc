/** A version counts only when it is whole, a version loses its name before it is removed, and a tree that an older release named keeps its name. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { sha256 } from '../../support/sha256.ts';
import { failureOf, makeTree } from './copy-harness.ts';

const temporary = ownTemporaryFolder();
const folder = join(temporary, 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(`whole-${process.pid}`), folder, connect: { type: 'local' } });
afterAll(() => machine.close());

const replica = (dataset: string, path = ''): string => join(folder, 'replicas', dataset, path);

test('a version without its manifest is sent again, and a half of it is never used', async () => {
  const from = makeTree({ a: '1', b: '2' });
  const push = () => machine.copy({ type: 'push-tree', dataset: 'half', from });
  const { digest } = await push();
  rmSync(replica('half', `v/${digest}/b`));
  rmSync(replica('half', `v/.manifest.${digest}`));
  expect(await push()).toMatchObject({ digest, changed: true });
  expect(readFileSync(replica('half', 'current/b'), 'utf8')).toBe('2');
  expect(existsSync(replica('half', `v/.manifest.${digest}`))).toBe(true);
});

test('old versions are removed whole, also with a folder that may not be written, and nothing of them stays', async () => {
  const from = makeTree({ a: '0' });
  const first = await machine.copy({ type: 'push-tree', dataset: 'prune', from });
  mkdirSync(replica('prune', `v/${first.digest}/closed`));
  writeFileSync(replica('prune', `v/${first.digest}/closed/file`), '');
  chmodSync(replica('prune', `v/${first.digest}/closed`), 0o500);
  // An interrupted removal left this.
  mkdirSync(replica('prune', 'v/.gone.old.1'));
  for (const text of ['1', '2', '3', '4']) {
    writeFileSync(join(from, 'a'), text);
    await machine.copy({ type: 'push-tree', dataset: 'prune', from });
  }
  const left = readdirSync(replica('prune', 'v'));
  expect(left.filter((name) => name.startsWith('.gone'))).toEqual([]);
  expect(left.filter((name) => !name.startsWith('.'))).toHaveLength(4);
  expect(left.filter((name) => name.startsWith('.manifest.'))).toHaveLength(4);
  expect(left).not.toContain(first.digest);
});

test('a pulled version without its manifest is fetched again', async () => {
  mkdirSync(join(folder, 'datasets/pulled'), { recursive: true });
  writeFileSync(join(folder, 'datasets/pulled/game'), 'whole');
  const to = mkdtempSync(join(tmpdir(), 'home-'));
  const pull = () => machine.copy({ type: 'pull-tree', dataset: 'pulled', to });
  const { digest } = await pull();
  rmSync(join(to, `v/${digest}/game`));
  rmSync(join(to, `v/.manifest.${digest}`));
  expect(await pull()).toMatchObject({ digest, changed: true });
  expect(readFileSync(join(to, 'current/game'), 'utf8')).toBe('whole');
});

test('a tree of plain files has the digest that older releases gave it, and an older digest of a tree with programs is still sent', async () => {
  const from = makeTree({ program: 'x', text: 'y' });
  const older = sha256(`${sha256('x')}  program\n${sha256('y')}  text\n`);
  expect((await machine.copy({ type: 'push-tree', dataset: 'plain', from })).digest).toBe(older);
  chmodSync(join(from, 'program'), 0o755);
  const sent = await machine.copy({ type: 'push-tree', dataset: 'older', from, digest: older });
  expect(sent).toMatchObject({ digest: older, changed: true });
  expect(existsSync(replica('older', `v/${older}/program`))).toBe(true);
  expect((await machine.copy({ type: 'push-tree', dataset: 'older', from })).digest).not.toBe(older);
  const failure = await failureOf(machine.copy({ type: 'push-tree', dataset: 'older', from, digest: sha256('another') }));
  expect(failure).toMatchObject({ code: 'sync.source-missing' });
});

test('a version of an older release is used as it is', async () => {
  const from = makeTree({ game: 'moves' });
  const digest = sha256(`${sha256('moves')}  game\n`);
  mkdirSync(replica('upgraded', `v/${digest}`), { recursive: true });
  writeFileSync(replica('upgraded', `v/${digest}/game`), 'moves');
  writeFileSync(replica('upgraded', `v/.manifest.${digest}`), `${sha256('moves')}  game\n`);
  symlinkSync(`v/${digest}`, replica('upgraded', 'current'));
  expect(await machine.copy({ type: 'push-tree', dataset: 'upgraded', from })).toMatchObject({ digest, changed: false });
});

test('a tree that changes during each copy is named, and nothing is tried for ever', async () => {
  const from = makeTree({ still: '1', 'sub/grows': 'x' });
  let writes = true;
  const writer = (async () => {
    for (let k = 0; writes; k += 1) {
      writeFileSync(join(from, 'sub/next'), 'x'.repeat(k));
      renameSync(join(from, 'sub/next'), join(from, 'sub/grows'));
      await new Promise((done) => setTimeout(done, 1));
    }
  })();
  const failure = await failureOf(machine.copy({ type: 'push-tree', dataset: 'grows', from }));
  writes = false;
  await writer;
  expect(failure).toMatchObject({ code: 'sync.source-changing' });
  expect(failure.message).toContain('sub/grows');
  expect(await machine.copy({ type: 'push-tree', dataset: 'grows', from })).toMatchObject({ changed: true });
});
