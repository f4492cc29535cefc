import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';

/** Returns the advice of the failure that a step throws. */
const hintThrownBy = (step: () => unknown): string | undefined => {
  try {
    step();
  } catch (error) {
    return (error as RingmasterError).hint?.say;
  }
  return undefined;
};

const folder = mkdtempSync(join(tmpdir(), 'identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the identity of a cluster', () => {
  it('is made once, with the state folder', () => {
    const state = join(folder, 'new/state');
    const made = ensureIdentity(state, 'lab');
    expect(made).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/), name: 'lab', isUpgraded: false });
    expect(made.says).toContain(state);
    expect(ensureIdentity(state, 'lab')).toEqual(made);
    expect(readdirSync(state)).toEqual(['cluster-id.json']);
  });

  it('is another one when the state folder is removed and made again', () => {
    const state = join(folder, 'again');
    const { id } = ensureIdentity(state, 'lab');
    rmSync(state, { recursive: true });
    expect(ensureIdentity(state, 'lab').id).not.toBe(id);
  });

  it('remembers that an older release made the state folder', () => {
    const state = join(folder, 'old');
    mkdirSync(statePaths(state).run, { recursive: true });
    writeFileSync(statePaths(state).runningCluster, '{}');
    expect(ensureIdentity(state, 'lab').isUpgraded).toBe(true);
    expect(ensureIdentity(state, 'lab').isUpgraded).toBe(true);
  });

  it('is never replaced when its file is damaged', () => {
    const state = join(folder, 'damaged');
    mkdirSync(state);
    writeFileSync(statePaths(state).identity, '');
    expect(() => ensureIdentity(state, 'lab')).toThrow('the file has no id');
  });

  it('is there again when its damaged file is restored as the fix says, from a copy and from the folder of a node', async () => {
    const state = join(folder, 'restored');
    const { id } = ensureIdentity(state, 'lab');
    const file = statePaths(state).identity;
    cpSync(state, `${state}-copy`, { recursive: true });
    const node = join(folder, 'node');
    const owner = { id, name: 'lab', says: 'lab', isUpgraded: false };
    await openMachine({ node: 'here' as NodeId, owner, folder: node, connect: { type: 'local' } }).probe();
    const damage = (): void => writeFileSync(file, '{"v":1');
    damage();
    expect(hintThrownBy(() => ensureIdentity(state, 'lab'))).toBe(
      "restoring the file from a copy of the state folder; the first line of the file called owner in a node's folder is the id",
    );
    copyFileSync(statePaths(`${state}-copy`).identity, file);
    expect(ensureIdentity(state, 'lab').id).toBe(id);
    damage();
    writeFileSync(file, JSON.stringify({ v: 1, id: readFileSync(join(node, 'owner'), 'utf8').split('\n')[0] }));
    expect(ensureIdentity(state, 'lab').id).toBe(id);
  });
});
