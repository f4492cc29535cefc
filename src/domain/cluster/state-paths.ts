/** The processes whose metrics are in files. Control reads its own in memory. */
export const processesWithMetrics = ['ledger', 'gateway'] as const;
const processes = ['launcher', 'server', 'ledger', 'gateway', 'control', 'sshd-*'];

/** The parts of names in `purgedPaths` that have a form. `*` stands for any part of a name. */
export const nameForms: Readonly<Record<string, string>> = {
  '*': '[^/]*',
  '<number>': '\\d+',
  '<digest>': '[0-9a-f]{16,64}',
  '<time>': '\\d{8}T\\d{6}(?:-\\d{3})?Z',
  '<uuid>': '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  '<event>': '[0-9a-z]{9}-[0-9a-z]{8}',
};

/**
 * Everything in a state folder that is ours, except the ledgers, whose paths are in `src/storage`. `down --purge` removes these paths and no others. A
 * path ends with a name that only Ringmaster gives, so that the files of a person beside it stay. A test compares this list with the paths below.
 * The folders of local nodes are cleared by the nodes themselves. The id goes last, so that a purge that was interrupted can be repeated.
 */
export const purgedPaths: readonly string[] = [
  ...['cluster', 'launcher-state', ...processes].flatMap((name) => [`run/${name}.json`, `run/${name}.json.*.tmp`]),
  ...processesWithMetrics.flatMap((name) => [`run/${name}.metrics.json`, `run/${name}.metrics.json.*.tmp`]),
  ...processes.flatMap((name) => [`logs/${name}.jsonl`, `logs/${name}.jsonl.*T*Z-*-*`]),
  ...['daemons', 'coordination'].flatMap((name) => [`logs/${name}.log`, `logs/${name}.log.*T*Z-*-*`]),
  ...processes.flatMap((name) => [`run/${name}.ready`, `run/${name}.beat`, `logs/${name}.log`, `logs/${name}.log.1`]),
  'run/launcher.sock',
  'run/launcher.sock.lock',
  'run/gateway.sock',
  'run/down.lock',
  'run/log-levels.json',
  'run/log-levels.json.*.tmp',
  'run/swept-nodes.json',
  'run/swept-nodes.json.*.tmp',
  'run/duty-*.json',
  'run/duty-*.json.*.tmp',
  'run/worker-package/*-<digest>',
  'run/worker-package/*-<digest>.next',
  ...[
    'backups/<number>-<time>',
    'backups/.incoming-<number>-<time>',
    'backups/last-run.json',
    'backups/last-run.json.*.tmp',
    'backups/restores.ndjson',
    ...['', '-wal', '-shm', '-journal'].map((end) => `backups/lock.db${end}`),
    'replaced/<time>',
    'restoring.json',
    'restoring.json.*.tmp',
    'blobs/<digest>',
    'blobs/.incoming-<uuid>',
    'payloads/<digest>',
    'payloads/.manifest.<digest>',
    'payloads/<digest>.<uuid>.new',
    'payloads/.gone.*',
    'configs/<number>.json',
    'configs/<number>.json.*.tmp',
    'replicas/.gone.*',
    ...['v', 'current', '.current', 'incoming', '.distrust'].map((part) => `replicas/*/${part}`),
    ...['model', 'champion.json'].map((part) => `champion/*/${part}`),
    'ratings/ratings.json',
    'ratings.json.new',
    'event-spool/<event>.json',
    'event-spool/<event>.json.*.tmp',
    'removal-time.json',
    'removal-time.json.*.tmp',
  ].map((path) => `data/${path}`),
  'practice/*.keys',
  'practice/*.node',
  'practice/.bin',
  // An older release made this folder.
  'practice/bin',
  ...['', '-wal', '-shm', '-journal'].map((end) => `temporal.db${end}`),
  // The advice about a damaged database moves the database there.
  'temporal-damaged/temporal.db*',
  'temporal.key',
  'temporal.key.*.tmp',
  'cluster-id.json.*.tmp',
  'cluster-id.json',
];

/**
 * The layout of a state folder. This function builds every path below the state folder, except the paths of the ledgers (`src/storage`).
 *
 *   cluster-id.json            the id of the cluster, made once (`src/config/cluster-identity.ts`)
 *   run/cluster.json            the RunningCluster that `up` started; every process loads it
 *   run/launcher.json           the launcher's pid and start time
 *   run/launcher-state.json     the launcher's ProcessView[], in start order
 *   run/launcher.sock           the launcher's socket
 *   run/gateway.sock            the gateway's door for logs
 *   run/down.lock               the process that stops the cluster at this moment
 *   run/<process>.json          the record of a started process
 *   run/<process>.ready         the pid of a worker that is ready; the worker writes it
 *   run/<process>.beat          empty; a worker touches it every few seconds while it works
 *   run/<process>.metrics.json  the metrics of a worker process, which control shows
 *   run/swept-nodes.json        the sweep's observations of all nodes; the gateway writes it, the ledger reads it
 *   run/duty-<duty>.json        what a duty of the ledger worker does; the ledger worker writes it, control reads it
 *   run/worker-package/         our code and packages, packed for nodes that cannot read our installation
 *   run/log-levels.json         the level of each component's log, as an operator set it
 *   logs/<process>.log          output of each process
 *   logs/<process>.jsonl        the records of each process; a time behind the name marks an older file
 *   logs/daemons.log            the records of all processes about daemons, for people
 *   logs/coordination.log       all other records, for people
 *   data/backups/<id>           copies of all ledgers, made at one time; `src/storage/backup` has the layout
 *   data/replaced/<time>        the ledgers that a restore replaced
 *   data/event-spool/           events of processes that have no ledger open; the ledger moves them to its log
 *   data/removal-time.json      the time by which the retention removes what is old (`removal-time.ts`)
 *   data/restoring.json         present while a restore replaces ledgers; nothing opens them meanwhile
 *   data/blobs/<sha256>         files by content
 *   data/payloads/<digest>      snapshots of payload folders; `.manifest.<digest>` beside a snapshot says that it is whole
 *   data/configs/<number>.json  the cluster files that `up` took
 *   data/replicas/<replica>     datasets pulled from nodes
 *   data/champion/<pipeline>    the champion's files, as they are pushed to nodes
 *   data/ratings/ratings.json   the ratings of the models, as they are pushed to nodes
 *   nodes/<node>/               the folder of a local node
 *   practice/                   keys, settings and homes of practice nodes
 *   temporal.key                the key of `temporal.requireKey`, made at the first start
 *   temporal.db                 the database of the embedded Temporal server
 */
export const statePaths = (state: string) => {
  const below = (...parts: readonly string[]): string => [state.replace(/\/+$/, ''), ...parts].join('/');
  return {
    identity: below('cluster-id.json'),
    /** The folders that `up` closes to other users, relative to the state folder. */
    privateFolders: ['run', 'logs', 'data', 'nodes'],
    run: below('run'),
    runningCluster: below('run', 'cluster.json'),
    launcherIdentity: below('run', 'launcher.json'),
    downLock: below('run', 'down.lock'),
    launcherState: below('run', 'launcher-state.json'),
    launcherSocket: below('run', 'launcher.sock'),
    logDoor: below('run', 'gateway.sock'),
    processRecord: (process: string) => below('run', `${process}.json`),
    ready: (process: string) => below('run', `${process}.ready`),
    beat: (process: string) => below('run', `${process}.beat`),
    metrics: (process: string) => below('run', `${process}.metrics.json`),
    sweptNodes: below('run', 'swept-nodes.json'),
    duty: (name: string) => below('run', `duty-${name}.json`),
    workerPackage: below('run', 'worker-package'),
    logs: below('logs'),
    logLevels: below('run', 'log-levels.json'),
    records: (process: string) => below('logs', `${process}.jsonl`),
    log: (process: string) => below('logs', `${process}.log`),
    backups: below('data', 'backups'),
    backupLock: below('data', 'backups', 'lock.db'),
    lastBackupRun: below('data', 'backups', 'last-run.json'),
    restores: below('data', 'backups', 'restores.ndjson'),
    replaced: (time: string) => below('data', 'replaced', time),
    eventSpool: below('data', 'event-spool'),
    removalTime: below('data', 'removal-time.json'),
    restoring: below('data', 'restoring.json'),
    blobs: below('data', 'blobs'),
    blob: (sha256: string) => below('data', 'blobs', sha256),
    payloads: below('data', 'payloads'),
    payload: (digest: string) => below('data', 'payloads', digest),
    configs: below('data', 'configs'),
    replicas: below('data', 'replicas'),
    replica: (name: string) => below('data', 'replicas', name),
    champion: (pipeline: string) => below('data', 'champion', pipeline),
    ratings: below('data', 'ratings'),
    node: (node: string) => below('nodes', node),
    practice: below('practice'),
    temporalKey: below('temporal.key'),
    temporalDatabase: below('temporal.db'),
  };
};

/** Returns the path of the manifest of a snapshot. */
export const snapshotManifest = (snapshot: string): string => snapshot.replace(/[^/]+$/, (name) => `.manifest.${name}`);
