/**
 * The exit statuses of our programs on a node, with more meaning than 0 (done) and 1 (failed, standard error says why). This is the only place of the
 * numbers: TypeScript compares with this table, and a program gets the statuses that it names as assignments in front of its text (`EXIT_FENCED=74`).
 */
export const exitStatus = {
  /** The node does not have the version, blob or small file that was asked for. The caller sends it, or fetches it in another way. */
  needed: 10,
  /** The version of a tree is there already, so nothing was taken over. */
  alreadyThere: 11,
  /** The bytes that arrived are not the bytes that were promised. */
  differs: 65,
  /** The file, folder or manifest is not there. */
  missing: 66,
  /** The node lacks a tool (flock, sha256sum). */
  noTool: 68,
  /** The program of a job, or node for the worker, cannot be run. */
  notRunnable: 69,
  /** The node's worker ended at once. */
  workerEnded: 70,
  /** The node's folder can be neither entered nor made. */
  noFolder: 71,
  /** An input of a job is not on the node. */
  inputMissing: 72,
  /** The job was started before: the start found its folder. */
  adopted: 73,
  /** The fence of the item stands at a later epoch. */
  fenced: 74,
  /** Processes that should have ended still live. */
  busy: 75,

  /** These are recorded as the end of a job. The leader could not record its pid; the job's folder is gone; SIGTERM (128 + 15), also for a job that was
   * stopped before its start. */
  leaderFailed: 125,
  leaderNoFolder: 126,
  terminated: 143,
} as const;
