import { type Followed, inFile } from './follower.ts';

const folder = inFile('transport/folder-fixes');
const worker = inFile('transport/worker/ensure-worker');
const atLauncher = inFile('launcher/launcher-fixes');
const besideAnother = atLauncher('a restore and a stop beside another command: each works when that command has ended');
const changedKey = inFile('launcher/key-fixes');
const toUp = inFile('launcher/up');
const toDown = inFile('launcher/down');
const place = inFile('workers/settle-place');
const copied = inFile('workers/copied-place');
const profile = inFile('service/server-target');
const namedNode = worker('the fixes work: a Node.js that the file names, in place of none and of an old one, and a tunnel in place of an address');

/** The tests that follow the hints of the launcher, of workers and of the connection to Temporal. */
export const clusterHints: Followed = {
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
  'src/practice/claim-home.ts': {
    'idLost node.foreign-owner': inFile('practice/claim-home')(
      'a home whose keys are in the state folder stays when the id of the state folder was lost; the id that the sentence gives brings it back',
    ),
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
  'workers/launcher/check-secrets.ts': { 'checkSecrets secret.missing': atLauncher('secrets without a value: each place that the fix names works') },
  'workers/launcher/down-lock.ts': {
    'atWork server.stopping': atLauncher('a stop beside another one that does not end: it works when that has ended'),
  },
  'workers/launcher/down.ts': { 'holdSocket server.unavailable': besideAnother },
  'workers/launcher/ensure-key.ts': {
    'refuseChangedKey config.require-key': changedKey('a cluster that was first started with %s and asks for %s'),
  },
  'workers/launcher/place/make-own-cluster.ts': {
    'inUse config.state-place': copied(
      'a folder whose own cluster lives is refused, and keeps its records; one whose first folder has the living cluster is not',
    ),
  },
  'workers/launcher/place/place-refusal.ts': {
    inPlace: place(
      'a needless `copied` is refused and the folder keeps its id; the folder starts without the word, and with it when the machine is another one',
    ),
    isOther: place('a folder that was moved to another file system keeps its id when a person says so, and never while the other folder is there'),
    'refusals half-copied': copied(
      'an interrupted copy refuses every other command, and goes on with the same id and the node folders that have it already',
    ),
    refusedClone: place('a machine that looks like a clone starts and stops nothing on other machines until a person decides'),
    refusedDown: place(
      'a folder that was moved to another file system keeps its id when a person says so, and never while the other folder is there',
    ),
  },
  'workers/launcher/place/refuse-links-out.ts': {
    'refuseLinksOut config.state-place': copied(
      'a copy with a link from %s is refused by name, and nothing in it changes; with a copy in place of the link it works',
    ),
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
  'workers/launcher/server-database.ts': {
    'damaged server.database': inFile('launcher/server-database')(
      'a damaged database is refused with what is kept and what is lost, and the command of the failure brings the cluster up',
    ),
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
