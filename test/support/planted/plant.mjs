/**
 * Plants daemons into the catalogue of the real processes of a cluster. Node loads this module before the program of each process, by `NODE_OPTIONS`
 * (`planted.ts`). The rows are in `rows.json` of the folder `RM_PLANTED`. The duty of a planted daemon does what the file of its name in the same
 * folder says:
 *   well, or no file       the round succeeds
 *   unwell MESSAGE         the round succeeds, and the duty says that it is unwell
 *   throw CODE MESSAGE     the round fails with this failure
 *   hang                   the round waits until the file says something else
 *   stuck                  the round never ends, also when the file says something else. The file ID.stuck appears
 *   exit                   the process of the round ends
 * The daemons in `spoiled.json` are real ones, EVENT_ROUTER among them. Each does what its file says, and then its own work.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.env['RM_PLANTED'];
const isWorker = /\/dist\/(?:bundle\/)?workers\/(?:control|ledger)\/main\.js$/.test(process.argv[1] ?? '');
const pollMs = 50;

/** A bundled process has a catalogue of its own, which no other module can reach. This hook makes the process load its compiled program instead. */
const loadCompiled = `export const resolve = (word, context, next) => next(word.replace('/dist/bundle/workers/', '/dist/workers/'), context);`;

if (folder !== undefined && isWorker) {
  register(`data:text/javascript,${encodeURIComponent(loadCompiled)}`);
  const { daemonRows, roundDuties } = await import('../../../dist/src/duty/catalogue.js');
  const { DeliverTo } = await import('../../../dist/activities/ledger/event/deliver-to.js');
  const { RingmasterError } = await import('../../../dist/src/domain/failure/error.js');

  /** @param {string} id */
  const behaviourOf = (id) => {
    try {
      return readFileSync(join(folder, id), 'utf8').trim();
    } catch {
      return 'well';
    }
  };

  /**
   * Does what the file of the daemon says. Returns the message of a round that is unwell.
   * @param {string} id
   */
  const behave = async (id) => {
    for (;;) {
      const [behaviour = 'well', first = '', ...words] = behaviourOf(id).split(' ');
      if (behaviour === 'well') return undefined;
      if (behaviour === 'unwell') return [first, ...words].join(' ');
      if (behaviour === 'stuck') {
        writeFileSync(join(folder, `${id}.stuck`), '');
        await new Promise(() => undefined);
      }
      if (behaviour === 'exit') process.exit(9);
      if (behaviour === 'throw')
        throw new RingmasterError(first, { cannot: `work as ${id}`, because: words.join(' '), hint: { say: 'another file' } });
      await sleep(pollMs);
    }
  };

  for (const { restMs, ...row } of JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8'))) {
    daemonRows.push(row);
    roundDuties.set(row.id, async () => {
      const unwell = await behave(row.id);
      return {
        health: { healthy: unwell === undefined, message: unwell ?? 'all is well', details: { planted: 1 } },
        memory: undefined,
        steps: [],
        restMs,
      };
    });
  }

  const spoiled = join(folder, 'spoiled.json');
  for (const id of existsSync(spoiled) ? JSON.parse(readFileSync(spoiled, 'utf8')) : []) {
    const real = roundDuties.get(id);
    if (real === undefined) spoilDelivery(() => behave(id));
    else
      roundDuties.set(id, async (reads, memory, nowMs) => {
        await behave(id);
        return real(reads, memory, nowMs);
      });
  }

  /** @param {() => Promise<unknown>} before */
  function spoilDelivery(before) {
    const step = Object.getOwnPropertyDescriptor(DeliverTo.prototype, 'step')?.value;
    DeliverTo.prototype.step = async function spoiledStep(signal) {
      await before();
      return step.call(this, signal);
    };
  }
}
