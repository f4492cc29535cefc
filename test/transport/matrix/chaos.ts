/** Tries random rows of the matrix until the time is over. `bench/chaos.mjs` runs this file, and the tests do not. RINGMASTER_CHAOS has its arguments. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { randomFrom } from '../../support/pairwise.ts';
import { aroundMatrix, rowMsMax } from './matrix-place.ts';
import { randomTriple, type Triple } from './rows.ts';
import { tryTriple } from './try-triple.ts';

const chaosMsMax = 25 * 3_600_000;
const place = aroundMatrix();

/** Returns the command that runs a failed row again, and what was wrong. Undefined when the row is right. */
async function wrongWith(triple: Triple): Promise<string | undefined> {
  const { login, configuration, tree } = triple;
  const late = sleep(rowMsMax, undefined, { ref: false }).then(() => Promise.reject(new Error(`the row is not done after ${rowMsMax / 1_000} s`)));
  try {
    await Promise.race([tryTriple(place(), triple), late]);
    return undefined;
  } catch (error) {
    // A value of the tables may have a quote.
    const [one, two, three] = [login, configuration, tree].map((name) => `'${name.replaceAll("'", String.raw`'\''`)}'`);
    return `npm run chaos -- --login ${one} --configuration ${two} --tree ${three}\n${String(error)}`;
  }
}

test('each row is right', { timeout: chaosMsMax }, async () => {
  const { seed, minutes, row } = JSON.parse(process.env['RINGMASTER_CHAOS'] ?? '') as {
    readonly seed: number;
    readonly minutes: number;
    readonly row?: Triple;
  };
  const random = randomFrom(seed);
  const endMs = Date.now() + minutes * 60_000;
  const failed: string[] = [];
  let count = 0;
  do {
    const wrong = await wrongWith(row ?? randomTriple(random));
    count += 1;
    if (wrong === undefined) continue;
    console.log(`row ${count} failed; to try it again:\n${wrong}`);
    failed.push(wrong);
  } while (row === undefined && Date.now() < endMs);
  console.log(`${count} rows with seed ${seed}, ${failed.length} failed`);
  expect(failed).toEqual([]);
});
