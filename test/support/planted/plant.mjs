/**
 * Plants daemons into the catalogue of the real processes of a cluster. Node loads this module before the program of each process, by `NODE_OPTIONS`
 * (`planted.ts`). The rows are in `rows.json` of the folder `RM_PLANTED`. The duty of a planted daemon does what the file of its name in the same
 * folder says:
 *   well, or no file       the round succeeds
 *   unwell MESSAGE         the round succeeds, and the duty says that it is unwell
 *   throw CODE MESSAGE     the round fails with this failure
 *   hang                   the round waits until the file says something else
 *   exit                   the process of the round ends
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.env['RM_PLANTED'];
const isWorker = /\/dist\/workers\/(?:control|ledger)\/main\.js$/.test(process.argv[1] ?? '');
const pollMs = 50;

if (folder !== undefined && isWorker) {
  const { daemonRows, roundDuties } = await import('../../../dist/src/duty/catalogue.js');
  const { RingmasterError } = await import('../../../dist/src/domain/failure/error.js');

  /** @param {string} id */
  const behaviourOf = (id) => {
    try {
      return readFileSync(join(folder, id), 'utf8').trim();
    } catch {
      return 'well';
    }
  };

  for (const { restMs, ...row } of JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8'))) {
    daemonRows.push(row);
    roundDuties.set(row.id, async () => {
      for (;;) {
        const [behaviour = 'well', first = '', ...words] = behaviourOf(row.id).split(' ');
        if (behaviour === 'hang') {
          await sleep(pollMs);
          continue;
        }
        if (behaviour === 'exit') process.exit(9);
        if (behaviour === 'throw')
          throw new RingmasterError(first, { cannot: `work as ${row.id}`, because: words.join(' '), hint: { say: 'another file' } });
        const healthy = behaviour !== 'unwell';
        const message = healthy ? 'all is well' : [first, ...words].join(' ');
        return { health: { healthy, message, details: { planted: 1 } }, memory: undefined, steps: [], restMs };
      }
    });
  }
}
