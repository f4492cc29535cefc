/**
 * Records one history of each workflow type, and the state that each entity carries from run to run, from a live cluster. First run `ringmaster up`,
 * one turn of a pipeline, and the command lines of docs/temporal-cli.md for the remaining types.
 * Usage: node scripts/record-histories.mjs <temporal address> <release>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const [address, release] = process.argv.slice(2);
if (address === undefined || release === undefined) {
  console.error('usage: node scripts/record-histories.mjs <temporal address> <release>');
  process.exit(2);
}
const folder = join(import.meta.dirname, '../test/replay/history', release);
const stateFolder = join(import.meta.dirname, '../test/replay/state');
mkdirSync(folder, { recursive: true });
mkdirSync(stateFolder, { recursive: true });
const connection = await Connection.connect({ address });
const client = new Client({ connection });
const root = join(import.meta.dirname, '..');
/** Replaces the paths of the recording machine. Fixtures must not contain them, neither as plain text nor inside a payload. */
const clean = (text) =>
  text
    .replaceAll(root, '/srv/ringmaster')
    .replaceAll(/\/tmp\/[\w./-]+/g, '/srv/state')
    .replaceAll(process.execPath, 'node');
const cleanPayloads = (text) =>
  text.replaceAll(
    /"data": ?"([A-Za-z0-9+/=]+)"/g,
    (_, data) => `"data": "${Buffer.from(clean(Buffer.from(data, 'base64').toString('utf8'))).toString('base64')}"`,
  );
const seen = new Set();
const eventsMax = 400;
for await (const { workflowId, runId, type, historyLength } of client.workflow.list()) {
  if (seen.has(type) || historyLength > eventsMax) continue;
  seen.add(type);
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  writeFileSync(join(folder, `${type}.json`), clean(cleanPayloads(historyToJSON(history))));
  if (['daemon', 'daemonManager', 'dispatcher', 'node', 'pipeline'].includes(type)) {
    const started = history.events[0].workflowExecutionStartedEventAttributes.input.payloads[0].data;
    writeFileSync(
      join(stateFolder, `${type}.${release}.json`),
      clean(JSON.stringify(JSON.parse(Buffer.from(started).toString('utf8')), null, 2)) + '\n',
    );
  }
}
console.log([...seen].toSorted((a, b) => a.localeCompare(b)).join('\n'));
await connection.close();
