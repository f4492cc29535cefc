import { type Followed, inFile } from './follower.ts';

const activity = inFile('transport/activity-fixes');
const usage = inFile('cli/usage-fixes');
const named = activity('a payload, a dataset and a node that the cluster file does not have: the name that each fix asks for works');
const changed = usage('a value that a cluster file cannot have: each fix of `config set` and `config unset` works');

/** The tests that follow the hints about the names, files and texts that a person writes, about the outputs of jobs, and about the runtime. */
export const textHints: Followed = {
  'activities/gateway/home.ts': {
    'homeOf payloadSource input.refused': named,
    'homeOf source config.invalid': named,
  },
  'activities/gateway/ship-job.ts': {
    'noRoom job.disk-full': inFile('transport/copy/unwritable')(
      'on the node is sync.disk-full, for a tree and for a blob; once there is space the copies succeed',
    ),
  },
  'activities/machines.ts': {
    'machinesOf get node.unknown': named,
  },
  'activities/node/accept-outputs.ts': {
    'acceptOutputs job.no-output': activity('a manifest without an output of the pipeline: a program that lists every output works'),
    'acceptOutputs job.bad-pairs': activity('an evaluation without a pair that it was asked for: a program that returns each pair once works'),
    'verify job.verify-failed': activity(
      'a verify command that fails: it shows its fault in the folder of the job, and outputs that pass it are accepted',
    ),
  },
  'src/cli/config/change.ts': {
    'changeConfig usage': changed,
    'newText usage': changed,
  },
  'src/cli/context/find-cluster.ts': {
    'refuseState usage': usage('--state beside a cluster file: the key of the fix sets the folder'),
    'findCluster notRunning': usage('no cluster: a cluster that the file of the fix starts is found'),
  },
  'src/cli/context/refuse-copy.ts': {
    'refuseCopy usage': usage('a copy of a state folder: the folder of the fix works'),
  },
  'src/cli/job/cancel.ts': {
    'jobCancel items usage': usage('an item with a blank in its id'),
  },
  'src/cli/program/cluster-file-option.ts': {
    'clusterFileOption usage': usage('two cluster files at once: each of the two alone works'),
  },
  'src/cli/queue/add.ts': {
    'fromWords usage': inFile('cli/changes')('queue add without a command: the command of the fix works with an id and a program in it'),
    'fromFile usage': usage('items that are no JSON: one object and a list of objects are read, and the faults that they have are named'),
  },
  'src/cli/verb/cluster-file.ts': {
    'clusterFile usage': usage('a cluster file that is not there: the file of the fix is good'),
    'clusterFile usage 2': usage('no cluster file at all: the command of the fix works with the path of a cluster file'),
  },
  'src/cli/verb/completion.ts': {
    'completion usage': usage('the completion of another shell'),
  },
  'src/cli/verb/log-level.ts': {
    'requireComponent usage': usage('the log level of %s: a name of the fix works'),
  },
  'src/config/cluster-identity.ts': {
    'read config.invalid': inFile('config/cluster-identity')(
      'is there again when its damaged file is restored as the fix says, from a copy and from the folder of a node',
    ),
  },
  'src/config/read-cluster-file.ts': {
    'readClusterBytes refused config.invalid': usage('a cluster file that is a folder, a pipe or too large: the file of each fix is good'),
  },
  'src/config/running-cluster.ts': {
    'unreadable config.invalid': inFile('config/running-cluster')('the damaged file %s: its removal and a start work, as the fix says'),
    'ofOtherUser config.state-folder': inFile('config/running-cluster')(
      'the state folder of another user is named with its owner, for every verb and for up, and the fix of up is a folder that is taken',
    ),
  },
  'src/domain/cluster/choose-server.ts': {
    'chooseServer config.invalid': inFile('unit/cluster/server-choice')(
      'an external server without an address: the key of the fix works, and so does a server that the environment names',
    ),
  },
  'src/domain/failure/addon-failure.ts': {
    'addonFailure setup.addon': inFile('setup/addons')(
      'bin/ringmaster refuses to start with an addon of another Node, and says the command that cures it',
    ),
  },
  'src/domain/failure/no-home.ts': {
    'noHome config.invalid': inFile('cli/nameless-user')('check needs no home folder, and a path with ~ gets a sentence about HOME'),
  },
  'src/domain/failure/secret-refused.ts': {
    'secretRefused secret.not-allowed': activity(
      'a secret that the cluster file does not name: it works when the file has it under the key of the fix',
    ),
  },
  'src/service/item/parse-item-spec.ts': {
    'parseItemSpecs config.invalid': inFile('cli/queue-add-help')('an item with faults: the command of the fix shows an item that has none'),
  },
  'workers/temporal-server/find-server.ts': {
    'notFound server.not-found': inFile('launcher/server')('tries the ways in their order, which are those of the fix without a server'),
  },
};
