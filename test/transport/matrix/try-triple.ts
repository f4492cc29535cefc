import { chmodSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { until } from '../../support/eventually.ts';
import { makeHostileTree, refusedRows, treeLines } from '../../support/hostile-tree.ts';
import type { PracticeHost } from '../../support/practice-node.ts';
import { logIn } from '../conformance/log-in.ts';
import { coded } from '../conformance/machine-harness.ts';
import type { SettingPlace } from '../conformance/setting-rows.ts';
import { failureOf } from '../copy/copy-harness.ts';
import { blockOf } from '../ssh/far-hosts.ts';
import { configurationOf, logins, type MatrixTree, treeOf, type Triple } from './rows.ts';

export interface MatrixPlace extends SettingPlace {
  readonly host: PracticeHost;
  /** The name of the node in the configuration of ssh. */
  readonly name: string;
  /** The configuration of ssh for this node. */
  readonly configFile: string;
  /** A folder of this machine's programs without rsync. */
  readonly withoutRsync: string;
}

const instructions = join(import.meta.dirname, '../payload/instructions.sh');
let count = 0;

let rowsWithoutRsync = 0;
let pathBefore: string | undefined;
/**
 * Hides rsync from this process until the returned function is called. Rows that travel by tar can run at the same time: the last one brings rsync back.
 * No row that travels by rsync may run beside them.
 */
function hideRsync(withoutRsync: string): () => void {
  if (rowsWithoutRsync === 0) {
    pathBefore = process.env['PATH'];
    // The first folder has the ssh with the configuration of this test.
    process.env['PATH'] = `${pathBefore?.split(':')[0]}:${withoutRsync}`;
  }
  rowsWithoutRsync += 1;
  return () => {
    rowsWithoutRsync -= 1;
    if (rowsWithoutRsync === 0) process.env['PATH'] = pathBefore;
  };
}

/** Uses the node with a row: a command, a job, and the tree in both directions. Rejects when one of them is not as it must be. */
export async function tryTriple(place: MatrixPlace, names: Triple): Promise<void> {
  const login = logins[names.login];
  const configuration = configurationOf(names.configuration);
  const tree = treeOf(names.tree);
  if (login === undefined || configuration === undefined || tree === undefined) throw new Error(`there is no such row: ${JSON.stringify(names)}`);
  const { host, name, configFile, withoutRsync } = place;
  const logOut = logIn(host, login);
  const block = Object.fromEntries(configuration.map(([option, value]) => [option, typeof value === 'string' ? value : value(place)]));
  writeFileSync(configFile, blockOf(host, name, block));
  const restorePath = tree.method === 'tar' ? hideRsync(withoutRsync) : () => undefined;
  const machine = host.open({ type: 'ssh', host: name });
  try {
    if (login.expects !== 'works') {
      const failure = await failureOf(machine.probe());
      expect(failure).toEqual(coded('transport.no-shell'));
      expect(failure.message).toContain(login.expects.refused);
      return;
    }
    const ran = await machine.run({
      argv: ['sh', '-c', 'printf "%s" "$1"; cat; echo err >&2; exit 7', 'sh', `a 'b"`],
      stdin: "it's\n",
      timeoutMs: 20_000,
    });
    expect(ran).toMatchObject({ code: 7, stdout: `a 'b"it's\n`, stderr: 'err\n', truncated: false });
    const { through, noise } = await machine.probe();
    expect(through === undefined).toBe(configuration.every(([, , reason]) => reason === undefined));
    if (login.note === undefined) expect(noise).toBe(undefined);
    else expect(noise).toContain(login.note);
    await expectRefusals(machine, tree);
    await expectCarried(machine, host.node.folder, tree, login.tears === true ? [tree.method, 'tar'] : [tree.method]);
  } finally {
    await machine.close();
    restorePath();
    logOut();
  }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'triple-'));

const refusedTrees = new Map<string, string>();
/** Returns a folder with the tree of a refused row. A refused tree stays as it is, so all rows of the matrix use the same folder. */
function refusedTree(name: keyof typeof refusedRows): string {
  const made = refusedTrees.get(name);
  if (made !== undefined) return made;
  const from = newFolder();
  refusedRows[name].make(from);
  refusedTrees.set(name, from);
  return from;
}

async function expectRefusals(machine: Machine, { refused }: MatrixTree): Promise<void> {
  for (const name of refused) {
    const from = refusedTree(name);
    const failure: unknown = await failureOf(machine.copy({ type: 'push-tree', dataset: 'refused', from }));
    expect(failure, name).toEqual(coded('sync.tree-refused'));
    if (failure instanceof RingmasterError) expect(failure.message).toContain(refusedRows[name].path);
  }
}

/** Sends the tree as the payload of a job, runs the job, and copies the tree home again. */
async function expectCarried(machine: Machine, folder: string, { carried }: MatrixTree, methods: readonly string[]): Promise<void> {
  const method: unknown = expect.toBeOneOf([...methods]);
  const from = newFolder();
  makeHostileTree(from, carried);
  cpSync(instructions, join(from, 'instructions.sh'));
  chmodSync(join(from, 'instructions.sh'), 0o755);
  const { digest, ...sent } = await machine.copy({ type: 'push-tree', dataset: 'tree', from });
  expect(sent).toMatchObject({ changed: true, method });
  const lines = treeLines(from);
  expect(treeLines(join(folder, 'replicas/tree/current/'))).toEqual(lines);

  const job = { item: `toy.1.run.${(count += 1)}` as ItemId, epoch: 1 };
  await machine.start({
    job,
    argv: ['{payload}/instructions.sh', 'write', 'a b', 'text', 'manifest'],
    env: {},
    seed: 7,
    requestJson: '{}',
    payload: { dataset: 'tree', digest },
    inputs: [],
    limits: { runSecondsMax: 100, silentSecondsMax: 100 },
  });
  const ended = await until(
    async () => (await machine.look([job]))[0],
    (seen) => seen?.phase === 'ended',
  );
  expect(ended).toMatchObject({ exitCode: 0 });
  expect((await machine.manifest(job)).files).toMatchObject([{ path: 'a b', bytes: 4 }]);

  // A hidden file that changed a moment ago is still arriving.
  const script = 'mkdir -p datasets && cp -a replicas/tree/current/ datasets/tree && find datasets/tree -type f -exec touch -d "1 minute ago" {} +';
  expect(await machine.run({ argv: ['sh', '-c', script], timeoutMs: 60_000 })).toMatchObject({ code: 0 });
  const to = newFolder();
  expect(await machine.copy({ type: 'pull-tree', dataset: 'tree', to })).toMatchObject({ digest, changed: true, method });
  expect(treeLines(join(to, 'current/'))).toEqual(lines);
}
