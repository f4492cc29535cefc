/**
 * The child process of owed-wake.test.ts. The child runs one activity of the ledger, and kills itself at the moment at which the activity signals the
 * dispatcher. The arguments are the built `dist` folder, the state folder, the name of the activity and its input as JSON.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , dist, stateFolder, name, input] = process.argv;
const from = (path) => import(pathToFileURL(join(dist, path)).href);
const { openLedgers } = await from('src/storage/ledger/ledgers.js');
const { createLedgerActivities } = await from('activities/ledger/index.js');

const die = () => {
  process.kill(process.pid, 'SIGKILL');
  // The signal ends the process before this promise could settle.
  return new Promise(() => {});
};
const activities = createLedgerActivities({
  ledgers: openLedgers(stateFolder),
  gameWork: {},
  now: Date.now,
  workflows: { isClosed: async () => false, startJob: async () => {}, signal: async (_workflow, signal) => (signal === 'wake' ? die() : undefined) },
});
await activities[name](JSON.parse(input));
