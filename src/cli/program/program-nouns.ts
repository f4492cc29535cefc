import type { Noun } from '../../domain/noun.ts';
import { addAlertVerbs } from '../alert/add-alert-verbs.ts';
import { addConfigVerbs } from '../config/add-config-verbs.ts';
import { addDaemonVerbs } from '../daemon/add-daemon-verbs.ts';
import { addEventVerbs } from '../event/add-event-verbs.ts';
import { addJobVerbs } from '../job/add-job-verbs.ts';
import { addLedgerVerbs } from '../ledger/add-ledger-verbs.ts';
import { addNodeVerbs } from '../node/add-node-verbs.ts';
import { addPayloadVerbs } from '../payload/add-payload-verbs.ts';
import { addPipelineVerbs } from '../pipeline/add-pipeline-verbs.ts';
import { addQueueVerbs } from '../queue/add-queue-verbs.ts';
import { addSyncVerbs } from '../sync/add-sync-verbs.ts';
import type { AddVerbs } from './run.ts';

/** Adds nothing, for a noun that has no verbs of its own. Only `explain` shows the things of such a noun. */
const onlyExplained: AddVerbs = () => undefined;

/** The verbs of each noun, in the order of the help. */
const verbs: Readonly<Record<Noun, AddVerbs>> = {
  job: addJobVerbs,
  item: addQueueVerbs,
  pipeline: addPipelineVerbs,
  sync: addSyncVerbs,
  node: addNodeVerbs,
  daemon: addDaemonVerbs,
  turn: onlyExplained,
  model: onlyExplained,
  process: onlyExplained,
  'failure-code': onlyExplained,
};

/**
 * Adds the verbs of all nouns: `job list`, `node show b`. An event is no noun, because `explain` shows the events of each thing. An alert is none, because it
 * is about a thing, and `explain` explains the thing. A ledger is no noun of the cluster: nothing explains it, and its verbs work on files, also while the
 * cluster is down.
 */
export const addNouns: AddVerbs = (program, run) => {
  for (const addVerbs of Object.values(verbs)) addVerbs(program, run);
  addAlertVerbs(program, run);
  addConfigVerbs(program, run);
  addEventVerbs(program, run);
  addLedgerVerbs(program, run);
  addPayloadVerbs(program, run);
};
