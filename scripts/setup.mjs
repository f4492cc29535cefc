/**
 * Installs everything that `npm start` and `npm test` need. Prints a line for each thing it does, and nothing when nothing is missing.
 * Uses only Node's built-ins, because it runs before `node_modules` exists. `--test` also installs what the checks and tests need.
 * Exit codes: 0 ready · 1 failed · 3 programs are missing that only a person may install (the exact command is printed).
 */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Cannot set Ringmaster up because this is Node ${process.versions.node} and it needs 20.19 or newer; try a newer Node.`);
  process.exit(1);
}
// This import comes after the check, so that an old Node prints the message above instead of a syntax error.
const { setUp } = await import('./setup/set-up.mjs');
process.exit(await setUp({ forTests: process.argv.includes('--test') }));
