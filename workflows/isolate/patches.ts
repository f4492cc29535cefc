/**
 * The changes of workflow code that a running workflow must not see in the middle of its life. Each is asked for with `patched(patches.<name>)`, and the
 * old branch stays. A workflow that was started before the change replays the old branch.
 */
export const patches = {
  /** A stage reads its items in parts of bounded size, and less often the longer it waits. */
  boundedReads: 'bounded-reads',
  /** A pipeline records each new wish while it rests, and pauses at once after a failure that another run would only repeat. */
  steering: 'steering',
  /** A stage ends when one of its items was cancelled, or when two nodes showed the same defect. */
  stageEnd: 'stage-end',
  /** The ledger chooses the items of a stage, so that the names of all replacements do not travel. */
  chooseItems: 'choose-items',
  /** An evaluation fails when an accepted item lacks a pair that it was asked for. */
  coverage: 'coverage',
  /** A node is asked for old folders of jobs that no ledger knows. */
  strays: 'strays',
  /** A node loses old files of games that nothing reads any more. */
  pastGames: 'past-games',
  /** A turn begins a stage only while the daemon runs whose duty the stage is. */
  stageDaemons: 'stage-daemons',
  /** A turn does not wait for a daemon that has failed, and waits at most a day for another daemon, with longer and longer rests. */
  daemonWait: 'daemon-wait',
  /** The daemon MODEL_DISTRIBUTION pushes the champion, and the stage `distribute` waits for it. */
  distribution: 'distribution',
  /** A stage ends when no node can take its items for too long, and says so while it waits. */
  noNode: 'no-node',
  /** The manager of the daemons sends the messages to different daemons at the same time. */
  messagesAtOnce: 'messages-at-once',
  /** The brake on restarts counts a grant from the time at which it was sent. */
  sentGrants: 'sent-grants',
  /** The manager of the daemons keeps the looks at the daemons going. */
  looks: 'looks',
  /** The manager of the daemons has the first rounds of new daemons done together, and starts a daemon after those that it needs. */
  firstRounds: 'first-rounds',
  /** The manager of the daemons has the first processes of new command daemons started together. */
  firstProcesses: 'first-processes',
  /** The manager of the daemons starts command daemons beside everything else that it does. */
  startsApart: 'starts-apart',
  /** A daemon and the manager of the daemons continue as new while none of their activities is open, so that none is called twice. */
  quietEnd: 'quiet-end',
  /** The delay before the restart of a program counts from the time at which its end was seen. */
  exitTime: 'exit-time',
  /** Work that was lost with its process does not count in the error rate of its daemon. */
  lostWork: 'lost-work',
  /** A turn waits for a payload that is missing. */
  payloadWait: 'payload-wait',
  /** The look of the stage `distribute` at the copies ends when the nodes have the champion. */
  awaitedCopies: 'awaited-copies',
  /** A daemon starts the syncs of a round at the same time. */
  syncsAtOnce: 'syncs-at-once',
} as const;
