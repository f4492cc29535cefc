import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { claimHome } from '../../src/practice/claim-home.ts';
import { practiceFolder, preparePracticeNode, removePracticeNode } from '../../src/practice/practice-node.ts';
import { environmentOf } from '../../src/process/proc.ts';
import { identify } from '../../src/process/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { ownTemporaryFolder } from '../support/practice-node.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

const root = ownTemporaryFolder();
const started: ChildProcess[] = [];
afterAll(() => started.forEach((one) => one.kill('SIGKILL')));

let made = 0;
const newRequest = () => ({ id: `n${(made += 1)}`, root, address: '127.0.0.1', port: 1, userName: `rmt-${process.pid}-c${made}` });
type Request = ReturnType<typeof newRequest>;
const newCluster = () => ownerNamed(randomBytes(8).toString('hex'));

/** Starts a process of a job of a cluster, and returns a function that says whether the process runs. */
async function jobOf(cluster: string, user: { readonly uid?: number } = {}): Promise<() => boolean> {
  const job = spawn('sleep', ['60'], { stdio: 'ignore', env: { PATH: process.env['PATH'], RINGMASTER_MARK: `${cluster}/item/1` }, ...user });
  started.push(job);
  const pid = job.pid ?? 0;
  await eventually('the process has its mark', () => environmentOf(pid).has('RINGMASTER_MARK'));
  return () => identify(pid) !== undefined;
}
/** Makes the folder that the jobs of the node fill, and returns the path of a file of games in it. */
function play(request: Request, owner?: string): string {
  const folder = practiceFolder(request);
  mkdirSync(folder, { recursive: true });
  if (owner !== undefined) writeFileSync(join(folder, 'owner'), `${owner}\nlab\n`);
  writeFileSync(join(folder, 'games'), 'won');
  return join(folder, 'games');
}
const makeKeys = ({ id }: Request): void => mkdirSync(join(root, `${id}.keys`));

test('the home of an earlier cluster goes with its processes, and the home of this cluster stays', async () => {
  const [old, young] = [newCluster(), newCluster()];
  const [foreign, own, never] = [newRequest(), newRequest(), newRequest()];
  await claimHome(foreign, old);
  await claimHome(own, young);
  const games = [play(foreign, old.id), play(own, young.id)];
  const runs = await jobOf(old.id);
  for (const request of [foreign, own, never]) await claimHome(request, young);
  await eventually('the process has ended', () => !runs());
  expect(games.map((file) => existsSync(file))).toEqual([false, true]);
  await claimHome(foreign, young);
  const again = play(foreign, young.id);
  await claimHome(foreign, young);
  expect(existsSync(again)).toBe(true);
});

test('a home whose keys are in the state folder stays when the id of the state folder was lost; the id that the sentence gives brings it back', async () => {
  const state = join(root, 'state');
  const practice = join(state, 'practice');
  const cluster = ensureIdentity(state, 'lab');
  const request = { ...newRequest(), root: practice };
  onTestFinished(() => removePracticeNode(request));
  await claimHome(request, cluster);
  mkdirSync(join(practice, `${request.id}.keys`), { recursive: true });
  const games = play(request, cluster.id);
  const runs = await jobOf(cluster.id);
  rmSync(statePaths(state).identity);
  const refused = (await rejectionOf(claimHome(request, ensureIdentity(state, 'lab')))) as RingmasterError;
  expect(refused).toMatchObject({ code: 'node.foreign-owner', message: expect.stringContaining(cluster.id) });
  expect([existsSync(games), runs()]).toEqual([true, true]);
  execFileSync('sh', ['-c', refused.hint?.run ?? '']);
  await claimHome(request, ensureIdentity(state, 'lab'));
  expect([existsSync(games), runs(), ensureIdentity(state, 'lab').id]).toEqual([true, true, cluster.id]);
});

/** Programs of a node can do these to the file `owner`, with the id of a cluster that runs. */
const changes: Readonly<Record<string, (owner: string, running: string) => void>> = {
  gone: (owner) => rmSync(owner),
  empty: (owner) => writeFileSync(owner, ''),
  'without the permission to read it': (owner) => chmodSync(owner, 0),
  'a text that is no id': (owner) => writeFileSync(owner, 'nobody\n'),
  'a folder': (owner) => {
    rmSync(owner);
    mkdirSync(owner);
  },
  'a named pipe': (owner) => {
    rmSync(owner);
    execFileSync('mkfifo', [owner]);
    // A reader that waits for the pipe gets its end after some seconds, so that the test fails and does not hang.
    started.push(spawn('sh', ['-c', 'sleep 3; : >"$0"', owner], { stdio: 'ignore' }));
  },
  'a link to a file that names another cluster': (owner, running) => {
    rmSync(owner);
    writeFileSync(`${owner}.other`, `${running}\n`);
    symlinkSync(`${owner}.other`, owner);
  },
  'a file that names a cluster that runs': (owner, running) => writeFileSync(owner, `${running}\nother\n`),
};

test.each(Object.entries(changes))('an owner that is %s: the home stays, and no process of another cluster ends', async (_, change) => {
  const [cluster, other] = [newCluster(), newCluster()];
  const request = newRequest();
  await claimHome(request, cluster);
  const games = play(request, cluster.id);
  const runs = await jobOf(other.id);
  change(join(games, '..', 'owner'), other.id);
  await claimHome(request, cluster);
  expect([existsSync(games), runs()]).toEqual([true, true]);
});

test.each(Object.entries(changes))('a home of an older release, which has keys and an owner that is %s, stays', async (_, change) => {
  const [cluster, other] = [newCluster(), newCluster()];
  const request = newRequest();
  makeKeys(request);
  const games = play(request, cluster.id);
  const runs = await jobOf(other.id);
  change(join(games, '..', 'owner'), other.id);
  await claimHome(request, cluster);
  expect([existsSync(games), runs()]).toEqual([true, true]);
});

test.each(Object.entries(changes))('a home of an older release without keys, whose owner is %s', async (name, change) => {
  const [cluster, other] = [newCluster(), newCluster()];
  const request = newRequest();
  const games = play(request, cluster.id);
  change(join(games, '..', 'owner'), other.id);
  await claimHome(request, cluster);
  // The state folder of that cluster was removed by hand, with its keys.
  expect(existsSync(games)).toBe(name !== 'a file that names a cluster that runs');
});

refusedWithoutRoot('the end of the processes of a practice user');

test.runIf(isRoot)(
  'a home that goes ends every process of its user, and no process of another user with the same mark',
  { timeout: 60_000 },
  async () => {
    const [old, young] = [newCluster(), newCluster()];
    const request = newRequest();
    onTestFinished(() => removePracticeNode(request));
    await claimHome(request, old);
    const { user } = await preparePracticeNode(request);
    const uid = Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }));
    const games = play(request, old.id);
    const [job, hidden, other] = [await jobOf(old.id, { uid }), await jobOf('a-mark-of-its-own', { uid }), await jobOf(old.id)];
    // A person has removed the state folder of that cluster, with the keys of the node.
    rmSync(join(root, `${request.id}.keys`), { recursive: true });
    await claimHome(request, young);
    await eventually('the processes of the user have ended', () => !job() && !hidden());
    expect([existsSync(games), other()]).toEqual([false, true]);
  },
);
