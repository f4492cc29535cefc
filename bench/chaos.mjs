/**
 * `npm run chaos -- --seed N --minutes M` (as root) tries random rows of login × configuration of ssh × tree on a real sshd until the time is over. It
 * prints the seed, and for each row that fails the command that tries this row again. The same seed tries the same rows in the same order.
 * `npm run chaos -- --seed N --daemons B` lets B random commands and crashes happen to the daemons of a real cluster. The same seed draws the same blows.
 * Ends with 1 when a row failed, or when a rule of the daemons was broken.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const minutesMax = 24 * 60;
const blowsMax = 10_000;
const example = 'npm run chaos -- --seed 1 --minutes 5';

function refuse(because) {
  console.error(`Cannot run chaos because ${because}; try ${example}`);
  process.exit(2);
}

function readArguments() {
  const text = { type: 'string' };
  try {
    return parseArgs({ options: { seed: text, minutes: text, daemons: text, login: text, configuration: text, tree: text } }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

const { seed: seedText = String(Date.now() % 1_000_000), minutes: minutesText = '10', daemons: blowsText, ...row } = readArguments();
const [seed, minutes] = [Number(seedText), Number(minutesText)];
const named = Object.keys(row).length;
if (!/^\d{1,9}$/.test(seedText)) refuse(`the seed ${seedText} is not a whole number of at most 9 digits`);
if (blowsText !== undefined && !(Number(blowsText) >= 1 && Number(blowsText) <= blowsMax))
  refuse(`${blowsText} is not a number of blows from 1 to ${blowsMax}`);
if (!(minutes > 0 && minutes <= minutesMax)) refuse(`${minutesText} minutes are not more than 0 and at most ${minutesMax}`);
if (named !== 0 && named !== 3) refuse('a row has a login, a configuration and a tree');
const root = join(import.meta.dirname, '..');
const vitest = (env, ...words) =>
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...words], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    .status ?? 1;

if (blowsText !== undefined) {
  console.log(`seed ${seed}, ${blowsText} blows; for the same storm again: npm run chaos -- --seed ${seed} --daemons ${blowsText}`);
  process.exit(vitest({ SEED: String(seed), BLOWS: blowsText }, 'test/story/daemon-storm.test.ts'));
}
if (process.getuid?.() !== 0) refuse('only root gives a user another login shell (run it as root)');

console.log(
  named === 3
    ? `one row: ${Object.values(row).join(' × ')}`
    : `seed ${seed}, ${minutes} minutes; to try the same rows again: npm run chaos -- --seed ${seed}`,
);
const rows = { seed, minutes, ...(named === 3 ? { row } : {}) };
process.exit(vitest({ RINGMASTER_CHAOS: JSON.stringify(rows) }, '--config', 'bench/chaos.config.mjs'));
