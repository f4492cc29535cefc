/** Each fix of a tree that cannot be carried works when it is followed to the letter, for a tree at home and for a dataset of a node. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { CopyRequest } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { refusedRows } from '../../support/hostile-tree.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ownTemporaryFolder } from '../../support/practice-node.ts';
import { failureOf } from './copy-harness.ts';

ownTemporaryFolder();
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tree-'));
const node = newFolder();
const machine = openMachine({
  node: 'here' as NodeId,
  owner: ownerNamed(`tree-fixes-${process.pid}`),
  folder: node,
  connect: { type: 'local' },
});
afterAll(() => machine.close());

/** Moves the first folder of the path out of the way, so that its entries lie one folder less deep, until the path is short enough. */
function fewerFolders(at: string): void {
  const lift = 'set -e; cd "$1"; for k in 1 2 3; do one=$(ls -d *d); mv "$one" ../lifting; mv ../lifting/* .; rmdir ../lifting; done';
  execFileSync('sh', ['-c', lift, 'sh', at]);
}
function shorterNames(at: string): void {
  let folder = at;
  for (let depth = 0; depth < 5; depth += 1) {
    const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('d'));
    renameSync(join(folder, name), join(folder, 'short'));
    folder = join(folder, 'short');
  }
}

type Step = (at: string, path: string) => void;
/** The step that a person takes after reading these words. `path` is the entry that the failure names. */
const steps: Readonly<Record<string, Step>> = {
  'a copy of the file in place of the link': (at, path) => {
    rmSync(join(at, path));
    cpSync('/etc/passwd', join(at, path));
  },
  'a relative link to a file inside the folder': (at, path) => {
    rmSync(join(at, path));
    symlinkSync(path.includes('/') ? '../inside' : 'inside', join(at, path));
  },
  'removing the link': (at, path) => rmSync(join(at, path)),
  'moving it out of the folder': (at, path) => renameSync(join(at, path), join(newFolder(), 'moved')),
  'shorter names': shorterNames,
  'fewer folders': fewerFolders,
};
const stepsIn = (say: string): readonly string[] => say.split(/(?:,)? or /);

const places = {
  'a tree at home': () => {
    const at = newFolder();
    return { at, request: { type: 'push-tree', dataset: basename(at), from: at } };
  },
  'a dataset of a node': () => {
    mkdirSync(join(node, 'datasets'), { recursive: true });
    const at = mkdtempSync(join(node, 'datasets/tree-'));
    return { at, request: { type: 'pull-tree', dataset: basename(at), to: newFolder() } };
  },
} as const satisfies Readonly<Record<string, () => { readonly at: string; readonly request: CopyRequest }>>;

test.each(Object.entries(refusedRows).flatMap(([name, row]) => Object.keys(places).map((place) => [name, place, row] as const)))(
  '%s in %s: each fix works',
  async (_, place, { make }) => {
    /** Makes the tree, reads the fix and follows its step with this number. Returns how many steps the fix offers. */
    const follow = async (number: number): Promise<number> => {
      const { at, request } = places[place as keyof typeof places]();
      writeFileSync(join(at, 'inside'), 'inside');
      make(at);
      const failure = await failureOf(machine.copy(request));
      expect(failure).toMatchObject({ code: 'sync.tree-refused' });
      const offered = stepsIn(failure.hint?.say ?? '');
      const step = steps[offered[number] ?? ''];
      expect(step, `a step for "${offered[number]}"`).toBeDefined();
      step?.(at, String(failure.fields['name']));
      expect(await machine.copy(request)).toMatchObject({ changed: true });
      return offered.length;
    };
    const count = await follow(0);
    for (let number = 1; number < count; number += 1) await follow(number);
  },
);
