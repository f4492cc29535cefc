import { type Followed, inFile } from './follower.ts';

const begun = inFile('transport/ssh/begun-fixes');
const home = inFile('transport/ssh/home-program-fixes');
const copy = inFile('transport/copy/copy-fixes');
const interrupted = inFile('transport/copy/interrupted');
const transfer = inFile('transport/copy/transfer-fixes');
const unwritable = inFile('transport/copy/unwritable');
const folder = inFile('transport/folder-fixes');
const mendedLogin = transfer('a host that %s when a copy logs in: the command of the fix prints ok when it is mended');
const started = inFile('transport/job-fixes');
const wrongCommand = started('a command %s is refused, and works when it is as the fix says');

/** The tests that follow the hints of jobs, copies and folders. */
export const transportHints: Followed = {
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
    'refuseFullHoles sync.disk-full': inFile('transport/copy/holes')(
      'a file whose holes do not fit on the node as zeros is refused by name, and each fix works',
    ),
  },
  'src/transport/name-missing-programs.ts': {
    'programsLacked transport.no-shell-tool': inFile('transport/missing-programs')(
      'a node without %s: transport.no-shell-tool, and the package of the fix works',
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
    'shellMachine script': folder('a file system without hard links: the failure says so, and another folder works'),
    'shellMachine script 2': unwritable('when a job starts is job.disk-full, and no process has started; once there is space a job starts'),
    'shellMachine failed': unwritable('when a job starts is job.disk-full, and no process has started; once there is space a job starts'),
    'shellMachine failed 2': inFile('transport/missing-programs')(
      'a node without a program for checksums: transport.no-shell-tool for a job, and the program of the fix works',
    ),
    'shellMachine expectOk': transfer('a path that a program of ours cannot read: transport.command, and the fix of what the message quotes works'),
    'shellMachine expectLog': started('the log of a try that was never started: the failure names the command that says how the try went'),
    'shellMachine busy transport.busy': folder('the folder of a job that runs: it is removed when the job is stopped first'),
    'shellMachine settle job.no-output': folder('an output that the program did not write: the outputs as they are written work'),
  },
  'src/transport/unusable-folder.ts': { 'unusableFolder node.no-folder': copy('node.no-folder: %s; the command of the fix works') },
};
