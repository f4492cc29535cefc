/** The events about nodes. */
import { eventType } from './event-type.ts';
import { maybe, number, text } from './fields.ts';
import { thing } from './thing.ts';

const fields = {
  node: text('The node.'),
  from: maybe(text('The state before. Absent when the node is new.')),
  to: text('The state after.'),
  evidence: text('The evidence, or the reason that an operator gave.'),
};

/** Returns the type of a transition of a node. `words` follow the name of the node in the sentence. */
const transition = (when: string, words: string) =>
  eventType({ version: 1, when, fields, about: ({ node }) => [thing('node', node)], say: ({ node, evidence }) => `${node} ${words}: ${evidence}` });

export const nodeEvents = {
  NODE_ADDED: transition('The cluster file names a node that it did not name before.', 'is new in the cluster'),
  NODE_RETIRED: transition('The cluster file no longer names a node.', 'left the cluster'),
  HOST_ONLINE: transition('A node responds for the first time.', 'responds'),
  NODE_SUSPECT: transition('A node has missed looks for `limits.suspectAfter`.', 'is suspect'),
  HOST_OFFLINE: transition('A node has missed looks for `limits.unreachableAfter`.', 'is unreachable'),
  NODE_LOST: transition(
    'A node has missed looks for `limits.lostAfter`, or an operator has declared it lost. Its items are tried elsewhere.',
    'is lost',
  ),
  NODE_RECOVERED: transition('A node that was suspect, unreachable or lost responds again.', 'responds again'),
  NODE_CORDONED: transition('An operator wishes that a node gets no new job.', 'is cordoned'),
  NODE_DRAINING: transition('An operator wishes that a node ends its jobs and gets no new one.', 'is being drained'),
  NODE_DRAINED: transition('The last job of a draining node has ended.', 'is drained'),
  NODE_UNCORDONED: transition('An operator put a node back in service.', 'is in service again'),
  NODE_REST_STARTED: transition('Jobs failed on a node, so it rests. A longer rest is another event.', 'rests'),
  NODE_REST_ENDED: transition('The rest of a node has ended.', 'rests no longer'),
  NODE_WORKER_STARTED: eventType({
    version: 1,
    when: "A node's own worker was started, or replaced by another one. Jobs on the node go on.",
    fields: {
      node: text('The node.'),
      pid: number('The pid of the worker, on the node.'),
      because: text('Why it was started. After an unexpected end: the exit and the last lines of the log.'),
    },
    about: ({ node }) => [thing('node', node)],
    say: ({ node, pid, because }) => `the worker of ${node} was started (pid ${pid}), because ${because}`,
  }),
  GAME_FILES_REMOVED: eventType({
    version: 1,
    when: 'Old files of games that nothing reads any more were removed from a node. The replica at home follows.',
    fields: {
      node: text('The node.'),
      pipeline: text('The pipeline of the games.'),
      files: number('How many files.'),
      bytes: number('Their size.'),
    },
    about: ({ node, pipeline }) => [thing('node', node), thing('pipeline', pipeline)],
    say: ({ node, pipeline, files, bytes }) =>
      `${node} lost ${files} old files (${bytes} bytes) of the games of ${pipeline}, which nothing reads any more`,
  }),
  IDLE_NODE_SHUT_DOWN: eventType({
    version: 1,
    when: 'IDLE_SHUTDOWN runs the command of a drained node that shuts it down.',
    fields: { node: text('The node.'), because: text('Why the node was drained.') },
    about: ({ node }) => [thing('node', node)],
    say: ({ node, because }) => `${node} is shut down, because ${because}`,
  }),
  IDLE_NODE_SHUTDOWN_FAILED: eventType({
    version: 1,
    when: 'The command that shuts a node down failed. The node stays drained.',
    fields: { node: text('The node.'), because: text('How the command ended.') },
    about: ({ node }) => [thing('node', node)],
    say: ({ node, because }) => `${node} was not shut down: ${because}`,
  }),
  NODE_DECLARED_LOST: eventType({
    version: 1,
    when: 'An operator declared a node lost.',
    fields: { node: text('The node.'), by: text('The operator.'), reason: text('The reason that the operator gave.') },
    about: ({ node }) => [thing('node', node)],
    say: ({ node, by, reason }) => `${by} declared ${node} lost (${reason})`,
  }),
} as const;
