import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { upCommand } from '../../src/domain/cluster/own-command.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { brokenDatabaseWords } from '../../src/domain/failure/program-words.ts';
import { readRecord } from '../../src/process/process-record.ts';
import { lastLogLines } from '../../src/process/log-file.ts';
import { lookAtServerDatabase } from '../../src/storage/server/server-database.ts';
import { quote } from '../../src/base/quote.ts';

/** Refuses to start the own server on a database that cannot be read. */
export function refuseUnreadableDatabase(config: ClusterConfig, clusterFile: string): void {
  const look = lookAtServerDatabase(statePaths(config.state).temporalDatabase);
  if (look.type === 'unreadable') throw damaged(config, clusterFile, `cannot be read: ${look.because}`);
}

/** Returns the failure of an own server that ended because of its database, or undefined when the log of its last starts gives no such reason. */
export function databaseFailure(config: ClusterConfig, clusterFile: string): RingmasterError | undefined {
  const line = lastLogLines(config.state, 'server', { from: readRecord(config.state, 'server')?.logFrom }).findLast((one) =>
    brokenDatabaseWords.test(one),
  );
  const words = line === undefined ? null : brokenDatabaseWords.exec(line);
  return words === null || line === undefined
    ? undefined
    : damaged(config, clusterFile, `cannot be used: ${line.slice(words.index, words.index + 120)}`);
}

function damaged({ cluster, state }: ClusterConfig, clusterFile: string, because: string): RingmasterError {
  const { temporalDatabase: file } = statePaths(state);
  const folder = `${state}/temporal-damaged`;
  return new RingmasterError('server.database', {
    cannot: `start the Temporal server of cluster ${cluster}`,
    because: `its database ${file} ${because}`,
    hint: {
      say:
        `moving the database away, then ${upCommand(clusterFile)}. The queue, ` +
        'results, ratings, games and models are kept, because they are in the ledgers: pending items run, and each pipeline goes on with its turn. ' +
        'The histories of workflows are lost',
      run: `mkdir -p ${quote(folder)} && mv ${quote(file)}* ${quote(folder)}`,
    },
    fields: { state, file },
  });
}
