/**
 * The list of the tests that follow each hint to the letter: a hint of the transport, of a practice node or of a node's worker. The hints are found in the
 * sources, so a hint without a row fails here. Hints about the outputs of a job (`src/transport/job`) are advice for the author of its program.
 */
import { expect, test } from 'vitest';
import { hintsIn } from '../support/hints-in.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';
import { followsHint, testsIn } from '../support/tests-in.ts';

/** A file with tests, and the name of the test, or of its row, that follows the hint. */
type Follower = readonly [file: string, name: string];

const inFile =
  (file: string) =>
  (name: string): Follower => [`test/${file}.test.ts`, name];
const again = inFile('transport/ssh/again-fixes');
const begun = inFile('transport/ssh/begun-fixes');
const home = inFile('transport/ssh/home-program-fixes');
const jump = inFile('transport/ssh/jump-fixes');
const login = inFile('transport/ssh/login-fixes');
const offered = inFile('transport/ssh/offered-keys');
const refusal = inFile('transport/ssh/refusal-fixes');
const session = inFile('transport/ssh/session-fixes');
const copy = inFile('transport/copy/copy-fixes');
const interrupted = inFile('transport/copy/interrupted');
const transfer = inFile('transport/copy/transfer-fixes');
const unwritable = inFile('transport/copy/unwritable');
const folder = inFile('transport/folder-fixes');
const worker = inFile('transport/worker/ensure-worker');

const mendedLogin = transfer('a host that %s when a copy logs in: the command of the fix prints ok when it is mended');
const lostConnection = again('a connection that is lost during a command over %s: transport.connection-lost, and the same machine works again');
const longLogin = refusal('a login by %s that is longer than its limit: the sentence names the key, and a longer limit works');
const takenTunnel = worker('an sshd with %s is refused, and the line of the fix works after a reload');
const started = inFile('transport/job-fixes');
const wrongCommand = started('a command %s is refused, and works when it is as the fix says');
const atLauncher = inFile('launcher/launcher-fixes');
const besideAnother = atLauncher('a restore and a stop beside another command: each works when that command has ended');
const changedKey = inFile('launcher/key-fixes');
const toUp = inFile('launcher/up');
const toDown = inFile('launcher/down');
const profile = inFile('service/server-target');
const namedNode = worker('the fixes work: a Node.js that the file names, in place of none and of an old one, and a tunnel in place of an address');

const followed: Readonly<Record<string, Readonly<Record<string, Follower>>>> = {
  'activities/gateway/ensure-worker.ts': {
    'ensureWorker transport.command': worker('a worker that ends at once: the message quotes its log, and a package whose fault is mended works'),
  },
  'activities/gateway/worker/check-platform.ts': {
    'checkPlatform worker.platform': worker('a system that the native core does not run on: %s'),
  },
  'activities/gateway/worker/check-reach.ts': { 'checkReach worker.server-unreachable': namedNode },
  'activities/gateway/worker/find-node.ts': { findNode: namedNode },
  'src/domain/cluster/tunnel-key.ts': {
    'tunnelNeedsKey worker.tunnel-key': inFile('launcher/ensure-key')(
      'a worker that needs a tunnel needs a key; each fix that the sentence gives works',
    ),
  },
  'src/domain/node/login-fix.ts': {
    loginThatRuns: login('a login shell that is none: the command for root in the words of the failure works'),
  },
  'src/practice/practice-user.ts': { 'ensureUser config.invalid': folder('a practice user whose name is taken: another name works') },
  'src/service/temporal/await-result.ts': {
    'awaitResult late transport.timeout': inFile('workflow/steer-delivery')(
      'a change whose result is late: the failure says that it goes on, and its result is there when the ledger runs again',
    ),
  },
  'src/service/temporal/connect.ts': {
    'connect unavailable server.unavailable': toDown(
      'keeps what the next up needs: the same epoch and the same database; a command connects again after the up that its fix names',
    ),
  },
  'src/service/temporal/proxy.ts': { pastProxy: inFile('service/mute-server')('each of the two ways past the proxy that the fix names works') },
  'src/service/temporal/read-key.ts': { 'readKey config.require-key': changedKey('a key %s: a copy of the file, and a purge') },
  'src/service/temporal/server-target.ts': {
    fixOf: profile('a certificate that a variable names and that is not there: the fix names the variables, and each of its two ways works'),
    'fixOf 2': profile('%s: the right file works, and so does an environment without the two variables'),
  },
  'src/transport/cancelled.ts': {
    'cancelled transport.cancelled': begun('a command that its caller has given up: transport.cancelled, and it works again'),
  },
  'src/transport/copy/copy-file.ts': {
    'pushBlob info sync.source-missing': copy('sync.source-missing: an input that the state folder has lost; a copy of the file put back works'),
    'outputMissing sync.source-missing': copy('sync.source-missing: an output that is gone from the node; the file put back works'),
  },
  'src/transport/copy/list-dataset.ts': {
    'listDataset sync.source-missing': copy(
      'sync.source-missing: a dataset that the node does not have yet; the pull works when a job has left a file there',
    ),
    'longList sync.tree-refused': inFile('transport/copy/cut-list')(
      'a list that is larger than its limit is refused at each line, and a dataset with fewer files works',
    ),
  },
  'src/transport/copy/push-tree.ts': {
    'versionOf sync.source-missing': copy(
      'sync.source-missing: a snapshot of a payload that was changed; without its folder the snapshot is taken again',
    ),
  },
  'src/transport/copy/sha256-files.ts': {
    'noSumTool transport.no-shell-tool': transfer('no %s here: transport.no-shell-tool, and its installation works'),
    'unreadable sync.source-missing': transfer('a file that goes while its folder is read: sync.source-missing, and the whole folder works'),
  },
  'src/transport/copy/transfer-failure.ts': {
    interrupted: interrupted('is sync.interrupted, and the next copy resumes from the partial file'),
    'ofSystemError disk-full': unwritable('on the node is sync.disk-full, for a tree and for a blob; once there is space the copies succeed'),
    'ofSystemError permission': copy('sync.permission: %s, and the right to it works'),
    'ofSystemError no-program': transfer('a node without a program for checksums: transport.no-shell-tool, and its installation works'),
    'ofSystemError missing': transfer('an input that goes while it is sent: sync.source-missing, and the whole input works'),
    loginByHand: mendedLogin,
    'corrupt sync.corrupt': inFile('transport/copy/corrupt')('a file that is damaged in transit is sync.corrupt and removed; the next push is right'),
  },
  'src/transport/copy/transfer-process.ts': {
    'noProgramHere transport.no-shell-tool': transfer('no program here that sends files: transport.no-shell-tool, and its installation works'),
  },
  'src/transport/copy/tree/refused-tree.ts': {
    'refusedTree sync.tree-refused': inFile('transport/copy/tree-fixes')('%s in %s: each fix works'),
    'changingTree sync.source-changing': copy(
      'sync.source-changing: a folder with a writer that does not end; when the writer ends the copy works, and so does a rename',
    ),
  },
  'src/transport/copy/tree/walk-tree.ts': {
    'missingTree sync.source-missing': copy(
      'sync.source-missing: a folder at home that is gone; the folder put back works, and so does its new path in the cluster file',
    ),
  },
  'src/transport/foreign-folder.ts': {
    'foreignFolder node.foreign-owner': folder('a folder of another cluster: another folder works, and so does the command that clears it'),
    'foreignFolder node.foreign-files': folder('a folder with files of others: the folder that the fix names works'),
    'foreignFolder node.other-machine': folder('another machine under the name of a node: the old place works again'),
  },
  'src/transport/job/env-block.ts': { 'refusedCommand config.invalid': wrongCommand },
  'src/transport/job/parse-look.ts': {
    'cutOff transport.command': started('a report of a look that was cut off: the next look has the whole report'),
  },
  'src/transport/job/parse-manifest.ts': {
    cutManifest: started('so many files that their list is cut'),
    'fixes job.no-output': started('no manifest'),
    'fixes job.bad-manifest': started('a manifest of another form'),
    'fixes job.corrupt-output': started('a manifest that is written too early'),
  },
  'src/transport/job/start-on-node.ts': {
    'startOnNode config.invalid': started('an input with a path for a name: a plain name and a sha256 in hex work'),
    'startOnNode sync.interrupted': started('an input that is not on the node: sync.interrupted, and the start works when the input is sent again'),
    startOnNode: started('a start that the node refuses: transport.command, and the fix of what the message quotes works'),
    'otherSpec job.other-spec': started('a job that was started with another spec: job.other-spec, and the next try of the item works'),
    'epochRefused job.epoch-refused': started('a try that comes after a newer one: job.epoch-refused, and the newer try works'),
    'spawnFailed job.spawn-failed': started('a program that the node lacks: job.spawn-failed, and each of the three fixes works'),
  },
  'src/transport/local-shell.ts': {
    'execLocal timer transport.timeout': home('a command here that does not end in time: transport.timeout, and a longer limit works'),
    'execLocal transport.command': home('no sh on the PATH of this process: transport.command, and a PATH with the folder of sh works'),
  },
  'src/transport/read-secret.ts': { 'missing secret.missing': folder('a secret without a value: it is read when it has one') },
  'src/transport/shell-machine.ts': {
    'shellMachine script': copy('transport.command: a folder of the node that belongs to root; the right to it works, and so does another folder'),
    'shellMachine failed': unwritable('when a job starts is job.disk-full, and no process has started; once there is space a job starts'),
    'shellMachine failed 2': refusal('a node without the program that locks a job'),
    'shellMachine expectOk': transfer('a path that a program of ours cannot read: transport.command, and the fix of what the message quotes works'),
    'shellMachine busy transport.busy': folder('the folder of a job that runs: it is removed when the job is stopped first'),
    'shellMachine settle job.no-output': folder('an output that the program did not write: the outputs as they are written work'),
  },
  'src/transport/ssh/concurrency-limiter.ts': {
    'busy transport.busy': again('more requests than may wait: transport.busy, and a request works again when the others have ended'),
  },
  'src/transport/ssh/host-key.ts': {
    'hostKeyUnknown transport.host-key-unknown': refusal('an unknown host key'),
    'hostKeyUnknown transport.ssh-option': session('known hosts that nothing keeps: transport.ssh-option, and the two steps of the fix work'),
    'hostKeyChanged transport.host-key-changed': refusal('a revoked host key'),
    'hostKeyChanged transport.host-key-changed 2': refusal('another host key'),
  },
  'src/transport/ssh/link/examine-login.ts': {
    'inputRead transport.no-shell': login('reads the whole standard input'),
    'shellReplaced transport.no-shell': login('replaces the shell'),
    'outputElsewhere transport.no-shell': login('a start-up file that moves the standard output is mended by the words of the failure'),
    'outputChanged transport.no-shell': login('a forced command with a terminal of its own is mended by the words of the failure'),
    'slow transport.timeout': session('a login that prints nothing and is slow: transport.timeout, and a longer limit in the cluster file works'),
    'exhausted transport.busy': login('a user with too many processes: each of the two fixes works'),
  },
  'src/transport/ssh/link/run-in-session.ts': {
    'noSession transport.busy': session('MaxSessions is reached over %s: transport.busy, and a higher MaxSessions works'),
  },
  'src/transport/ssh/link/run-on-link.ts': {
    'lost transport.connection-lost': lostConnection,
    'withoutStatus transport.command': begun('a program of ours that is killed: transport.command, and the end of the program that kills works'),
    'tooNoisy transport.no-shell': login('a start-up file that prints without an end: the words of the failure work'),
    'commandLate transport.timeout': session('a program that a slow node does not end in time: transport.timeout, and each of the two fixes works'),
  },
  'src/transport/ssh/login-within.ts': {
    longerLogin: longLogin,
    'stillConnecting transport.unreachable': begun(
      'a login that takes longer than the request: transport.unreachable, and the request works again in a moment',
    ),
  },
  'src/transport/ssh/master/enter-proxy-mode.ts': {
    'enterProxyMode fail hint': home('an ssh whose master has no proxy mode: transport.unreachable, and another ssh works'),
  },
  'src/transport/ssh/master/master-failure.ts': {
    'verdicts busy': jump('a jump host that takes no further connection: transport.busy, and the machine works again in a moment'),
    'verdicts host-key-revoked': jump('a revoked key'),
    'verdicts host-key-changed': jump('another key than the known one'),
    'verdicts host-key-unknown': jump('an unknown key'),
    'verdicts authentication': jump('a login that it refuses'),
    'otherFailure otherwise': jump('a jump host that does not run: transport.unreachable, and the command of the fix works when it runs'),
  },
  'src/transport/ssh/master/start-master.ts': {
    'startMaster transport.no-shell-tool': home('an ssh that goes before it logs in: transport.no-shell-tool, and its installation works'),
  },
  'src/transport/ssh/setting/config-refused.ts': {
    'configRefused transport.no-shell-tool': home('no ssh when the settings are read: transport.no-shell-tool, and its installation works'),
    'configRefused transport.ssh-config': refusal('a file that ssh refuses'),
  },
  'src/transport/ssh/setting/host-unknown.ts': {
    'hostUnknown transport.unknown-host': refusal('a host that no name server knows and no other name is like'),
    'hostUnknown transport.unknown-host 2': refusal('a misspelt host'),
  },
  'src/transport/ssh/ssh-shell.ts': {
    'loginChanged transport.connection-lost': login(
      'a login that moves its errors while the connection lasts fails one command, and works from the next on',
    ),
    'lateStart transport.timeout': session('a quicker start-up file works as well, on the same connection'),
    'stopping transport.cancelled': begun('a process that is stopping: transport.cancelled, and a machine that is opened again works'),
  },
  'src/transport/ssh/ssh2/identities.ts': {
    'readIdentities hint': refusal('a login key that is not there'),
    loginRefused: refusal('a login key that the node does not know'),
    'loginRefused 2': offered('an agent without a key that the node knows: each fix works'),
    'loginRefused 3': offered('%s and no agent: the sentence says why nothing was offered, and each fix works'),
  },
  'src/transport/ssh/ssh2/ssh-connect.ts': {
    'open byHand': again('a host that closes the connection at once: transport.unreachable, and the same machine works again'),
    open: again('an sshd that takes no further connection: %s fails with transport.busy, and works again when the others are logged in'),
    'open 2': again('a node without sshd: transport.unreachable, and each of the two fixes works'),
  },
  'src/transport/ssh/tunnel/tunnel-failure.ts': {
    'tunnelRefused worker.tunnel-refused': takenTunnel,
    'tunnelFull worker.tunnel-full': inFile('transport/ssh/link/forward')(
      'worker.tunnel-full: the programs that the command of the fix names hold the tunnel, and their end makes room',
    ),
    'tunnelExposed worker.tunnel-exposed': takenTunnel,
  },
  'workers/launcher/check-secrets.ts': { 'checkSecrets secret.missing': atLauncher('secrets without a value: each place that the fix names works') },
  'workers/launcher/down-lock.ts': {
    'atWork server.stopping': atLauncher('a stop beside another one that does not end: it works when that has ended'),
  },
  'workers/launcher/down.ts': { 'holdSocket server.unavailable': besideAnother },
  'workers/launcher/ensure-key.ts': {
    'refuseChangedKey config.require-key': changedKey('a cluster that was first started with %s and asks for %s'),
  },
  'workers/launcher/refuse-root-local.ts': {
    'refuseRootLocal config.root-local': inFile('launcher/refuse-root-local')('each fix that the sentence gives works in the cluster file'),
  },
  'workers/launcher/restore-stopped.ts': {
    afterDown: atLauncher('a restore while a process of the cluster runs: it works after the command of the fix'),
    afterwards: besideAnother,
  },
  'workers/launcher/socket/make-socket-folder.ts': {
    makeSocketFolder: atLauncher('a file in place of the folder of a socket: its removal works'),
    'makeSocketFolder 2': atLauncher('a state folder of another user: the command works as that user'),
    'makeSocketFolder 3': atLauncher('a folder of a socket that belongs to another user: each of the two fixes works'),
  },
  'workers/launcher/up.ts': {
    'launcherEnds server.stopping': toUp('is refused while `down` is at work, and starts when that has ended'),
    'launcherHangs server.unavailable': toDown('ends a launcher that hangs, as the fix of up says, and the next up starts the cluster'),
  },
  'workers/launcher/wait-until-running.ts': {
    'notUp server.unavailable': toUp(
      'shows the last lines of a worker that cannot start, and stops everything again; when the fault in the log is mended, up works',
    ),
  },
};

/** Hints that no test follows, and why. */
const notFollowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/practice/practice-node.ts': { 'ownNameFor config.invalid': 'only a user that the password database lacks can get it' },
  'src/practice/practice-user.ts': { 'runAccountProgram server.not-found': 'the programs lie in a folder of the system, which no test changes' },
  'src/practice/practice-sshd.ts': { 'practiceSshdCommand server.not-found': 'sshd lies in a folder of the system, which no test changes' },
  'src/transport/ssh/tunnel/tunnel-failure.ts': { 'tunnelExposed transport.command': 'the fix is in the words of the node' },
};

const hasHints = (path: string): boolean =>
  /^(src\/transport\/|src\/practice\/|src\/service\/temporal\/|workers\/launcher\/|activities\/gateway\/(ensure-worker|worker\/)|src\/domain\/(node\/login-fix|cluster\/tunnel-key)).*\.ts$/.test(
    path,
  );
const namesOf = (path: string): readonly string[] => [...Object.keys(followed[path] ?? {}), ...Object.keys(notFollowed[path] ?? {})];

test('each hint of the transport, of practice nodes, of workers, of the launcher and of the connection to Temporal has a row, and each row has a hint', () => {
  const sources = repositoryFiles().filter(hasHints);
  const found = sources.flatMap((path) => hintsIn(readRepositoryFile(path)).map((name) => `${path}: ${name}`));
  expect(found.length).toBeGreaterThan(60);
  const listed = [...new Set([...Object.keys(followed), ...Object.keys(notFollowed)])].flatMap((path) =>
    namesOf(path).map((name) => `${path}: ${name}`),
  );
  expect(listed.toSorted()).toEqual(found.toSorted());
});

test.each(Object.values(followed).flatMap((rows) => Object.values(rows)))('%s has a test or a row "%s" that follows a hint', (file, name) => {
  const named = testsIn(readRepositoryFile(file)).filter((one) => one.name === name || one.rows.has(name));
  expect(named.map((one) => [one.name, followsHint(one)])).toEqual([[expect.any(String), true]]);
});

test('a hint is found by the names around it', () => {
  const source = `
    const verdicts = { busy: ['a', { say: 'again' }] };
    function refuse(run: string) { throw new RingmasterError('a.b', { hint: { say: 'this', run } }); }
    const other = { hint: { run: 'x' }, more: { run: 'x', walk: 'y' }, both: [{ say: 'a' }, { say: 'b' }] };`;
  expect(hintsIn(source)).toEqual(['verdicts busy', 'refuse a.b', 'other', 'other both', 'other both 2']);
});

test('a test follows a hint only when its own body, or a helper that it uses, reads the hint and executes two steps', () => {
  const source = `
    import { openMachine } from '../src/open.ts';
    const mended = async (run: () => Promise<void>) => { const { hint } = await failureOf(run()); await run(); };
    const unused = { hint: 1 };
    const rows = [{ name: 'a row' }];
    test('the body', async () => { const failure = await failureOf(use()); await mend(failure.hint); await use(); });
    test('a helper', () => mended(() => openMachine().use()));
    test.each(rows)('$name works', async ({ name }) => mended(() => openMachine(name).use()));
    test('a hint that another test reads', async () => { await use(); await use(); });
    test('the words alone', () => { expect('hint').toBe('a fix works'); const hint = 1; });
    test('nothing', () => undefined);`;
  expect(testsIn(source).map((one) => [one.name, followsHint(one), one.rows.has('a row')])).toEqual([
    ['the body', true, false],
    ['a helper', true, false],
    ['$name works', true, true],
    ['a hint that another test reads', false, false],
    ['the words alone', false, false],
    ['nothing', false, false],
  ]);
});
