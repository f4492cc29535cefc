/** `up` with a database of the Temporal server that cannot be used. Each case has the real server. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { lookAtServerDatabase } from '../../src/storage/server/server-database.ts';
import { serverCommand } from '../../workers/temporal-server/server-command.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { temporalCli } from '../support/temporal-cli.ts';
import { down, harness, limitMs, up, useLauncher } from './harness.ts';

useLauncher();

const database = (): string => statePaths(harness.cluster.state).temporalDatabase;
const sql = (text: string): void => {
  const db = new Database(database());
  db.exec(text);
  db.close();
};
const isUp = async (): Promise<void> => {
  const { processes } = await up();
  expect(processes.every(({ state }) => state === 'running')).toBe(true);
  await down();
  expect(lookAtServerDatabase(database())).toEqual({ type: 'used' });
};

/** Starts the server, and kills it as soon as it has made its file. */
async function killServerAtItsStart(): Promise<void> {
  const config = parseCluster(readFileSync(harness.cluster.clusterFile, 'utf8'), harness.cluster.clusterFile);
  const [program = '', ...words] = serverCommand(temporalCli(), config);
  const server = spawn(program, words, { cwd: config.state, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  for (let looks = 0; looks < 20_000 && !existsSync(database()); looks += 1) await sleep(1);
  server.kill('SIGKILL');
  await ended;
}

test(
  'a database on which no server was ever ready is replaced: an empty file, one without namespaces, and that of a server that was killed at its start',
  async () => {
    ensureIdentity(harness.cluster.state, harness.cluster.name);
    expect(lookAtServerDatabase(database())).toEqual({ type: 'absent' });
    writeFileSync(database(), '');
    expect(lookAtServerDatabase(database())).toEqual({ type: 'unused' });
    sql('CREATE TABLE schema_version (version_partition INT)');
    expect(lookAtServerDatabase(database())).toEqual({ type: 'unused' });
    sql('CREATE TABLE namespaces (id TEXT)');
    expect(lookAtServerDatabase(database())).toEqual({ type: 'unused' });
    writeFileSync(database(), '');
    await isUp();
    execFileSync('sh', ['-c', `rm ${database()}*`]);
    await killServerAtItsStart();
    expect(existsSync(database())).toBe(true);
    await isUp();
  },
  2 * limitMs,
);

test(
  'a damaged database is refused with what is kept and what is lost, and the command of the failure brings the cluster up',
  async () => {
    await isUp();
    const refusedUp = async (): Promise<RingmasterError> => (await rejectionOf(up())) as RingmasterError;
    sql('DROP TABLE namespaces; CREATE TABLE namespaces (id TEXT); INSERT INTO namespaces VALUES (1)');
    const unusable = await refusedUp();
    expect(unusable).toMatchObject({
      code: 'server.database',
      message: expect.stringMatching(/temporal\.db cannot be used: SQL logic error: table namespaces has no column/),
    });
    expect(sentenceOf(unusable)).toMatch(/are kept.*histories of workflows are lost.*mkdir/s);
    writeFileSync(database(), 'x'.repeat(100_000));
    const unreadable = await refusedUp();
    expect(unreadable).toMatchObject({ code: 'server.database', message: expect.stringMatching(/cannot be read: file is not a database/) });
    execFileSync('sh', ['-c', unreadable.hint?.run ?? '']);
    await isUp();
  },
  2 * limitMs,
);
