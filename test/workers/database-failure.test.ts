/** The cause that `up` reads in the log of the Temporal server: only the lines since the present start count. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { readRecord } from '../../src/process/process-record.ts';
import { startProcess } from '../../src/process/start-process.ts';
import { databaseFailure } from '../../workers/launcher/server-database.ts';
import { notUp } from '../../workers/launcher/wait-until-running.ts';

const folder = mkdtempSync(join(tmpdir(), 'database-failure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clusterFile = join(folder, "my lab's.yaml");
const config = parseCluster('cluster: lab\nstate: state\nnodes: [{ id: here, local: true }]\n', clusterFile);
const { state } = config;
const log = statePaths(state).log('server');

/** Starts a server that writes a line and ends, as the first of a row of starts or as a later one. */
async function startServer(line: string, logFrom?: number): Promise<void> {
  const request = { state, clusterId: 'a'.repeat(16), name: 'server', restarts: 0, configEpoch: 1, logFrom };
  const { ended } = await startProcess({ ...request, argv: ['sh', '-c', `echo '${line}'; exit 1`] });
  await ended;
}

test('an old line about the database is not the cause of a later failure, and a line of an earlier start in the same row is', async () => {
  mkdirSync(statePaths(state).run, { recursive: true });
  mkdirSync(statePaths(state).logs, { recursive: true });
  appendFileSync(log, 'no such table: namespaces\n');
  await startServer('cannot listen on port 7233');
  expect(databaseFailure(config, clusterFile)).toBeUndefined();
  const other = notUp(config, 'server', 'server ended 3 times').hint?.say ?? '';
  expect(other).toMatch(/cannot listen on port 7233$/);
  expect(other).not.toContain('no such table');
  await startServer('SQL logic error: no such column');
  await startServer('', readRecord(state, 'server')?.logFrom);
  const { code, because, hint } = databaseFailure(config, clusterFile) ?? {};
  expect({ code, because }).toEqual({ code: 'server.database', because: expect.stringContaining('cannot be used: SQL logic error') as string });
  expect(hint?.say).toContain(`ringmaster up --file '${clusterFile.replace("'", String.raw`'\''`)}'`);
  expect(readFileSync(log, 'utf8').split('\n')).toHaveLength(5);
});
