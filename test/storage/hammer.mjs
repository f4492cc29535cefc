/**
 * The child process of crash.test.ts. The child claims and closes items as fast as it can, until the test kills it. The child prints `closed <item>
 * <epoch> <state>` only after the close has returned. So the files must contain every close that the parent has read about. The arguments are the
 * built `dist` folder and the state folder.
 */
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [, , dist, stateFolder] = process.argv;
const from = (path) => import(pathToFileURL(join(dist, 'src/storage', path)).href);
const { openLedgers } = await from('ledger/ledgers.js');
const { claimItems } = await from('queue/claim-items.js');
const { closeJobs } = await from('queue/close-job.js');

const ledgers = openLedgers(stateFolder);
const nodes = ['a', 'b'].map((node) => ({
  node,
  state: 'alive',
  sinceMs: 0,
  route: 'gateway',
  slots: 10,
  labels: [],
  evidence: '',
  observedAtMs: 0,
}));
const failed = { type: 'failed', failure: { code: 'job.killed', class: 'node-fault', message: 'm', fields: {}, chain: [] } };
const completed = { type: 'completed', result: {}, files: [] };

for (;;) {
  const { claims } = claimItems(ledgers.queue, { nodes, open: [], nowMs: Date.now() });
  if (claims.length === 0) break;
  const closings = claims.map(({ job, node }) => ({ job, node, outcome: Number(job.item.split('.').at(-1)) % 5 === 0 ? failed : completed }));
  for (let at = 0; at < closings.length; at += 3) {
    const some = closings.slice(at, at + 3);
    closeJobs(ledgers, some, Date.now()).forEach(({ accepted }, k) => {
      if (accepted) writeSync(1, `closed ${some[k].job.item} ${some[k].job.epoch} ${some[k].outcome.type}\n`);
    });
  }
}
writeSync(1, 'done\n');
