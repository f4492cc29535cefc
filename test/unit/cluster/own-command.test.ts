/** A hint names the cluster: without a name, `up`, `down` and a restore can mean the cluster that was started last. */
import { expect, it } from 'vitest';
import { namedCommand } from '../../../src/domain/cluster/own-command.ts';
import { explainId } from '../../../src/service/explain/explain.ts';
import { fixtureStatus } from '../../cli/fixture-cluster.ts';

const place = { source: '/srv/my lab/lab.yaml', state: '/srv/my lab/state' };

it.each([
  ['ringmaster up', "ringmaster up --file '/srv/my lab/lab.yaml'"],
  ['ringmaster up --moved', "ringmaster up --moved --file '/srv/my lab/lab.yaml'"],
  ['ringmaster up --file /srv/other.yaml', 'ringmaster up --file /srv/other.yaml'],
  ['ringmaster down', "ringmaster down --state '/srv/my lab/state'"],
  ['ringmaster ledger restore queue', "ringmaster ledger restore queue --state '/srv/my lab/state'"],
  ['ringmaster ledger restore --state /srv/other', 'ringmaster ledger restore --state /srv/other'],
  ['ringmaster status', 'ringmaster status'],
  ['fuser <state>/data/*.db', "fuser '/srv/my lab/state'/data/*.db"],
])('%s becomes %s', (run, named) => expect(namedCommand(run, place)).toBe(named));

it('explain names the cluster in the commands of a thing and of a failure code', async () => {
  const status = fixtureStatus(0);
  const reads = {
    place,
    status: () => ({ ...status, processes: status.processes.map((one) => ({ ...one, state: 'failed' as const })) }),
    item: () => undefined,
  };
  const code = await explainId('ledger.corrupt', reads, 0);
  expect(code?.failure?.next.flatMap(({ run }) => run ?? [])).toEqual(
    expect.arrayContaining(["ringmaster down --state '/srv/my lab/state'", "ringmaster up --file '/srv/my lab/lab.yaml'"]),
  );
  const control = await explainId('control', reads, 0);
  expect(control?.commands).toEqual(["tail -n 50 '/srv/my lab/state'/logs/control.log", "ringmaster up --file '/srv/my lab/lab.yaml'"]);
});
