/** A state folder in another place than before: the words of a person, and when a word is refused. `copied-place.test.ts` has what a copy keeps. */
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { readIdentity, replaceIdentity } from '../../src/config/cluster-identity.ts';
import { writeRunningCluster } from '../../src/config/running-cluster.ts';
import { thisMachine } from '../../src/config/state-place.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { PlaceWord, StatePlace } from '../../src/domain/cluster/state-place.ts';
import { refuseOtherPlace, settlePlace } from '../../workers/launcher/place/settle-place.ts';
import { copy } from '../support/new-state.ts';
import { clusterFile, folder, hintOf, newState, refused, settle } from './placed-states.ts';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names the machine as a person can, so that the tests know the place also in a container. */
const named = 'name:tests';
process.env['RINGMASTER_MACHINE'] = 'tests';

const note = (state: string, part: Partial<StatePlace>): void => {
  const identity = readIdentity(state);
  if (identity?.place === undefined) throw new Error('no place is recorded');
  replaceIdentity(state, { ...identity, place: { ...identity.place, ...part } });
};

test('a folder without an id, and one in its place, need no word; `moved` about such a folder changes nothing', async () => {
  await settle(`${folder}/none`);
  const { state } = newState();
  const before = readIdentity(state);
  expect(before?.place).toMatchObject({ machine: named, cards: thisMachine().cards });
  for (const word of [undefined, 'moved'] as const) await settle(state, word);
  expect(readIdentity(state)).toEqual(before);
});

test('a needless `copied` is refused and the folder keeps its id; the folder starts without the word, and with it when the machine is another one', async () => {
  const { state, id } = newState();
  const hint = await hintOf(settle(state, 'copied'));
  expect(hint).toEqual({
    say: 'an id of its own for the machine, if it is a clone (systemd-machine-id-setup after the removal of /etc/machine-id); otherwise',
    run: `ringmaster up --file ${clusterFile}`,
  });
  await settle(state);
  expect(readIdentity(state)?.id).toBe(id);
  note(state, { machine: 'name:first' });
  await settle(state, 'copied');
  expect(readIdentity(state)?.id).not.toBe(id);
});

test.each<readonly [string, Partial<StatePlace>]>([
  ['network cards, as a clone of a virtual machine has', { cards: '02:00:00:00:00:01' }],
  ['host name', { host: 'other' }],
  ['inode, as a copy at the path of the first folder has', { inode: '1' }],
])('a folder of which the record has another %s starts as before, and becomes a cluster of its own when a person says so', async (_, part) => {
  const { state, id } = newState();
  note(state, part);
  await settle(state);
  expect(readIdentity(state)).toMatchObject({ id, place: { machine: named, host: thisMachine().host } });
  note(state, part);
  await settle(state, 'copied');
  expect(readIdentity(state)?.id).not.toBe(id);
});

test('a machine that may be a clone is named at each start until a person decides, and the record of the first machine is kept', async () => {
  const first = { machine: 'a'.repeat(32), host: 'one', cards: '02:00:00:00:00:01' };
  const clone = { ...first, host: 'two', cards: '02:00:00:00:00:02' };
  const perhaps = (state: string): string =>
    `This machine (two) has other network cards or another name than the machine that used ${state} before (one). ` +
    `If it is a clone, and both are to run: ringmaster down --state ${state}, then ringmaster up --copied --file ${clusterFile}. ` +
    `If it is the same machine: ringmaster up --moved --file ${clusterFile}`;
  const saidAt = async (state: string, word?: PlaceWord) => {
    const said: string[] = [];
    await settle(state, word, (line) => said.push(line), clone);
    return said;
  };
  const [copied, moved] = [newState(), newState()];
  for (const { state, id } of [copied, moved]) {
    note(state, { ...first, inode: '1' });
    for (let start = 0; start < 2; start += 1) expect(await saidAt(state)).toEqual([perhaps(state)]);
    expect(readIdentity(state)).toMatchObject({ id, place: first });
    expect(readIdentity(state)?.place?.inode).not.toBe('1');
  }
  await saidAt(copied.state, 'copied');
  expect(readIdentity(copied.state)).toMatchObject({ place: clone });
  expect(readIdentity(copied.state)?.id).not.toBe(copied.id);
  expect(await saidAt(moved.state, 'moved')).toEqual([]);
  expect(readIdentity(moved.state)).toMatchObject({ id: moved.id, place: clone });
  for (const { state } of [copied, moved]) expect(await saidAt(state)).toEqual([]);
});

test('a machine that looks like a clone starts and stops nothing on other machines until a person decides', async () => {
  const first = { machine: 'a'.repeat(32), host: 'one', cards: '02:00:00:00:00:01' };
  const clone = { ...first, host: 'two', cards: '02:00:00:00:00:02' };
  const far = { connect: { type: 'ssh', host: 'far' } } as const;
  const near = { connect: { type: 'local' } } as const;
  const start = (state: string, nodes: readonly (typeof far | typeof near)[], word?: PlaceWord, machine = clone): Promise<void> =>
    settlePlace({ state, cluster: 'lab', clusterFile, nodes, word, machine });
  const made = (nodes: readonly object[] = [], temporalEmbedded = true) => {
    const one = newState();
    note(one.state, first);
    const config = { v: 1, cluster: 'lab', state: one.state, nodes } as unknown as ClusterConfig;
    writeRunningCluster({ config, configEpoch: 1, temporalAddress: '127.0.0.1:1', temporalEmbedded, source: clusterFile });
    return one;
  };
  const [copied, moved, alone, renamed, left, shared] = [made(), made(), made(), made(), made([far]), made([], false)];
  const before = readIdentity(copied.state);
  const hint = await hintOf(start(copied.state, [near, far]));
  expect(hint).toEqual({
    say: `\`ringmaster up --moved --file ${clusterFile}\` if it is the same machine or the first one is gone; if both are to run`,
    run: `ringmaster up --copied --file ${clusterFile}`,
  });
  expect(readIdentity(copied.state), 'nothing is noted').toEqual(before);
  await start(copied.state, [near, far], 'copied');
  expect(readIdentity(copied.state)?.id).not.toBe(copied.id);
  await start(moved.state, [near, far], 'moved');
  expect(readIdentity(moved.state)).toMatchObject({ id: moved.id, place: clone });
  await start(moved.state, [near, far]);
  await start(alone.state, [near, { ...far, practice: { port: 1 } } as typeof far]);
  await start(renamed.state, [far], undefined, { ...first, host: 'two' });
  await expect(start(left.state, [near]), 'a node that leaves').rejects.toThrow(refused);
  expect(() => refuseOtherPlace(left.state, clone)).toThrow(refused);
  refuseOtherPlace(left.state, first);
  await expect(start(shared.state, [near]), 'a Temporal server elsewhere').rejects.toThrow(refused);
});

test('an id of an older release gets its place, or a new id when a person says that the folder is a copy', async () => {
  const older = ({ state, id }: ReturnType<typeof newState>) =>
    writeFileSync(statePaths(state).identity, JSON.stringify({ v: 1, id, isUpgraded: true }));
  const [first, second] = [newState(), newState()];
  older(first);
  await settle(first.state);
  expect(readIdentity(first.state)).toMatchObject({ id: first.id, isUpgraded: true, place: { path: first.state } });
  older(second);
  await settle(second.state, 'copied');
  expect(readIdentity(second.state)).toMatchObject({ isUpgraded: false, place: { path: second.state } });
  expect(readIdentity(second.state)?.id).not.toBe(second.id);
});

test('a full disk does not keep a cluster in its place from its start; the next start notes the place', async () => {
  const { state, id } = newState();
  note(state, { host: 'before' });
  const file = `${statePaths(state).identity}.${process.pid}.tmp`;
  symlinkSync('/dev/full', file);
  await settle(state);
  expect(readIdentity(state)).toMatchObject({ id, place: { host: 'before' } });
  rmSync(file, { force: true });
  await settle(state);
  expect(readIdentity(state)).toMatchObject({ id, place: { host: thisMachine().host } });
});

test('a renamed folder notes its new path, and a copy that took the old path is refused as a copy of it', async () => {
  const { state, other, id } = newState();
  renameSync(state, other);
  await settle(other);
  expect(readIdentity(other)).toMatchObject({ id, place: { path: other } });
  copy(other, state);
  await expect(settle(state)).rejects.toThrow(refused);
});

test('a folder that was moved to another file system keeps its id when a person says so, and never while the other folder is there', async () => {
  const { state, other, id } = newState();
  copy(state, other);
  await expect(settle(other, 'moved')).rejects.toThrow(refused);
  expect(() => refuseOtherPlace(other)).toThrow(refused);
  const hint = await hintOf(settle(other));
  expect(hint?.run).toBe(`ringmaster up --copied --file ${clusterFile}`);
  const words = /^`ringmaster up --(\w+) --file (\S+)` after the removal of (\S+), or a new id for this folder$/;
  const [, word = '', file, first = ''] = words.exec(hint?.say ?? '') ?? [];
  expect(file).toBe(clusterFile);
  rmSync(first, { recursive: true });
  await expect(settle(other)).rejects.toThrow(/was made for \S+s\d+ on /);
  // The fix of `down` names both words.
  expect(() => refuseOtherPlace(other)).toThrow(refused);
  expect((await hintOf(settle(other)))?.say).toBe(
    `\`ringmaster up --${word} --file ${clusterFile}\` if the other folder is gone, or a new id for this folder`,
  );
  await settle(other, word as PlaceWord);
  expect(readIdentity(other)).toMatchObject({ id, place: { path: other } });
  await settle(other);
  refuseOtherPlace(other);
});

test('a volume that gets another inode at each start of its container is in its place while the machine has a given name, also for a folder without one', async () => {
  const { state, id } = newState();
  note(state, { inode: '1', device: '2', host: 'pod-before' });
  await settle(state);
  note(state, { machine: '-', inode: '1' });
  await expect(settle(state)).rejects.toThrow(refused);
  await settle(state, 'moved');
  note(state, { inode: '1' });
  await settle(state);
  expect(readIdentity(state)?.id).toBe(id);
});
