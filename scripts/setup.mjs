/**
 * Installs everything that `npm start` and `npm test` need. Prints a line for each thing it does, and nothing when nothing is missing.
 * Uses only Node's built-ins, because it runs before `node_modules` exists. `--test` also installs what the checks and tests need.
 * Exit codes: 0 ready · 1 failed · 3 programs are missing that only a person may install (the exact command is printed).
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewerThanTested, nodeFault } from './setup/supported-node.mjs';

const fault = nodeFault(join(dirname(fileURLToPath(import.meta.url)), '..'));
if (fault !== undefined) {
  console.error(`Cannot set Ringmaster up because ${fault.because}; try: ${fault.cure}`);
  process.exit(1);
}
// This import comes after the check, so that an old Node prints the message above instead of a syntax error.
const { setUp } = await import('./setup/set-up.mjs');
const onNewNode = isNewerThanTested() ? `Node ${process.versions.node} is newer than every version that Ringmaster was tested with.` : undefined;
process.exit(await setUp({ forTests: process.argv.includes('--test'), warning: onNewNode }));
