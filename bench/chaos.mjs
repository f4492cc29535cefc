/**
 * `npm run chaos -- --seed N --minutes M` (as root) tries random rows of login × configuration of ssh × tree on a real sshd until the time is over. It
 * prints the seed, and for each row that fails the command that tries this row again. The same seed tries the same rows in the same order. Ends with 1
 * when a row failed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const minutesMax = 24 * 60;
const example = 'npm run chaos -- --seed 1 --minutes 5';

function refuse(because) {
  console.error(`Cannot run chaos because ${because}; try ${example}`);
  process.exit(2);
}

function readArguments() {
  const text = { type: 'string' };
  try {
    return parseArgs({ options: { seed: text, minutes: text, login: text, configuration: text, tree: text } }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

const { seed: seedText = String(Date.now() % 1_000_000), minutes: minutesText = '10', ...row } = readArguments();
const [seed, minutes] = [Number(seedText), Number(minutesText)];
const named = Object.keys(row).length;
if (!/^\d{1,9}$/.test(seedText)) refuse(`the seed ${seedText} is not a whole number of at most 9 digits`);
if (!(minutes > 0 && minutes <= minutesMax)) refuse(`${minutesText} minutes are not more than 0 and at most ${minutesMax}`);
if (named !== 0 && named !== 3) refuse('a row has a login, a configuration and a tree');
if (process.getuid?.() !== 0) refuse('only root gives a user another login shell (run it as root)');

console.log(
  named === 3
    ? `one row: ${Object.values(row).join(' × ')}`
    : `seed ${seed}, ${minutes} minutes; to try the same rows again: npm run chaos -- --seed ${seed}`,
);
const root = join(import.meta.dirname, '..');
const env = { ...process.env, RINGMASTER_CHAOS: JSON.stringify({ seed, minutes, ...(named === 3 ? { row } : {}) }) };
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'bench/chaos.config.mjs'];
process.exit(spawnSync(process.execPath, vitest, { cwd: root, env, stdio: 'inherit' }).status ?? 1);
