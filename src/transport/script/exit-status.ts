/**
 * The exit statuses of our programs on a node that say more than 0 (done) and 1 (failed, standard error says why). The numbers are written only here.
 * TypeScript compares with this table, and a program gets the statuses that it names as assignments in front of its text (`EXIT_FENCED=74`).
 */
export const exitStatus = {
  /**
   * The node does not have the version, blob or small file that was asked for. The caller sends the version or blob, or fetches the file in another
   * way.
   */
  needed: 10,
  /** The node already has this version of the tree, so it kept that version and did not take over the one that was sent. */
  alreadyThere: 11,
  /** The bytes that arrived are not the bytes that were promised. */
  differs: 65,
  /** The file, folder or manifest is not there. */
  missing: 66,
  /** The node lacks a tool (flock, sha256sum). */
  noTool: 68,
  /** The program of a job cannot be run. */
  notRunnable: 69,
  /** The node's worker ended at once. */
  workerEnded: 70,
  /** The node's folder can be neither entered nor made. */
  noFolder: 71,
  /** An input of a job is not on the node. */
  inputMissing: 72,
  /** The start found the job's folder, so the job had already been started. */
  adopted: 73,
  /** The fence of the item has a later epoch. */
  fenced: 74,
  /** Processes that should have ended still live. */
  busy: 75,
  /** Another cluster owns the node's folder. */
  foreignOwner: 76,
  /** No cluster owns the node's folder, and the folder is not empty. */
  foreignFiles: 77,
  /** Another machine or another folder has the node's name. */
  otherPlace: 79,
  /** The program did not enter the node's folder and did nothing. `library/enter.sh` says why, or takes the folder for the cluster. */
  notEntered: 80,
  /** The start found the job's folder, and that job had been started with another spec. */
  otherSpec: 78,
  /** sshd listens for the tunnel on all addresses of the node. */
  exposed: 81,

  /**
   * These statuses are recorded as the end of a job.
   * 125: the leader could not record its pid.
   * 126: the job's folder no longer exists.
   * 143: SIGTERM (128 + 15) ended the job, or the job was stopped before its start.
   */
  leaderFailed: 125,
  leaderNoFolder: 126,
  terminated: 143,
} as const;
