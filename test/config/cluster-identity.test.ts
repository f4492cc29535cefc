import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';

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
});
