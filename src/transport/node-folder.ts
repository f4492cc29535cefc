import { type JobRef, jobKey } from '../domain/ids.ts';

/**
 * Folders in a node's folder. `machine.ts` says what each folder holds. Programs on the node get these names as `$FOLDER_JOBS`, `$FOLDER_FENCES` and
 * so on.
 */
export const nodeFolders = {
  jobs: 'jobs',
  records: 'records',
  fences: 'fences',
  blobs: 'blobs',
  datasets: 'datasets',
  replicas: 'replicas',
} as const;

/** The folder of the node's resident worker: its lock, pid and log. */
export const workerFolder = 'worker';

/** The file with the port of the tunnel by which the worker reaches the server. `note-tunnel.sh` writes it, and the worker reads it for each connection. */
export const tunnelFile = `${workerFolder}/tunnel`;

/** The file in a node's folder that says which cluster owns the folder. `library/enter.sh` compares it. */
export const ownerFile = 'owner';

/**
 * The file in the folder of the fences that says which folder this is: a random id, then the id of the cluster. It is beside the fences, because both
 * must outlive the files of jobs. No item's name begins with a dot.
 */
export const folderIdFile = `${nodeFolders.fences}/.folder`;

/** The fifo in a node's folder to which a supervisor writes when its job has ended. */
export const bellFifo = 'bell';

/** Everything in a node's folder that is ours. A purge removes these names and no other, and the owner last. */
export const nodeFolderNames = [...Object.values(nodeFolders), workerFolder, bellFifo, ownerFile] as const;

/** Returns the folder in which a job's program works, relative to the node's folder. Our own files about the job are in `records/<item>/<epoch>`. */
export const jobFolder = (job: JobRef): string => `${nodeFolders.jobs}/${jobKey(job)}`;

export const outputFolder = (job: JobRef): string => `${jobFolder(job)}/output`;
export const datasetFolder = (dataset: string): string => `${nodeFolders.datasets}/${dataset}`;

/** Returns the folder of one version of a replica. A payload runs from such a folder. */
export const versionFolder = (dataset: string, digest: string): string => `${nodeFolders.replicas}/${dataset}/v/${digest}`;

/** Returns the folder into which the next version of a replica is sent. */
export const incomingFolder = (dataset: string): string => `${nodeFolders.replicas}/${dataset}/incoming`;

/** Returns the path under which a blob arrives. The blob is renamed to its checksum when the checksum has been verified. */
export const incomingBlob = (sha256: string): string => `${nodeFolders.blobs}/.in.${sha256}`;
