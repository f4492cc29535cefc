/** Opens files of the release that had no wishes and no history yet. The old rows are kept, and the new tables are created. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLedger } from '../../../src/storage/ledger/open-ledger.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, stateFolder } from '../state-folder.ts';

it('are brought to this release with all their rows', async () => {
  const folder = stateFolder();
  const older = (key: 'resources' | 'tasks', migrations: number, ...rows: string[]): void => {
    const { path, schema } = ledgerRegistry[key];
    const ledger = openLedger(join(folder, path), { ...schema, migrations: schema.migrations.slice(0, migrations) });
    for (const row of rows) ledger.statement(row).run();
    ledger.close();
  };
  older(
    'resources',
    1,
    `INSERT INTO nodes VALUES ('a', 'alive', 1, 1, '${JSON.stringify(nodeView('a'))}')`,
    `INSERT INTO pipelines VALUES ('cf', 3, 'train', 1, '600 games', NULL, NULL)`,
  );
  older('tasks', 2, `INSERT INTO jobs (item, epoch, kind, node, state, started_at_ms, ended_at_ms) VALUES ('x', 1, 'train', 'a', 'completed', 1, 2)`);
  const { activities, ledgers } = ledgerHarness({ folder });
  expect(ledgers.resources.nodes()).toEqual([nodeView('a')]);
  expect(await activities.wishNode({ node: nodeId('a'), service: 'cordoned', reason: '', by: '' })).toMatchObject({ changed: true });
  await activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'evaluate', detail: '' });
  const model = openReadModel(folder);
  expect(model.nodeChanges('a').map(({ to }) => to)).toEqual(['cordoned']);
  expect(model.stages('cf', 3).map(({ stage: at }) => at)).toEqual(['evaluate']);
  const [job] = model.status().recentJobs;
  expect(job).toMatchObject({ item: 'x', state: 'completed' });
  expect(job).not.toHaveProperty('slots');
  model.close();
});
