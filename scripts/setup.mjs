/**
 * Gets everything that `npm start` and `npm test` need, and prints a line for each thing it had to do; when nothing is missing it is silent.
 * Only Node's built-ins: it must run before `node_modules` exists. `--test` also gets the time-skipping test server.
 * Exit codes: 0 ready · 1 failed · 3 programs are missing that only a person may install (the exact command is printed).
 */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Cannot set Ringmaster up because this is Node ${process.versions.node} and it needs 20.19 or newer; try a newer Node.`);
  process.exit(1);
}
// Imported late, so that an old Node says the above instead of a syntax error.
const { setUp } = await import('./setup/set-up.mjs');
process.exit(await setUp({ forTests: process.argv.includes('--test') }));
