/** The fix of an activity that refuses a name of the cluster file or the outputs of a job works when a person follows it to the letter. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { homeOf } from '../../activities/gateway/home.ts';
import { resolveSecrets } from '../../activities/gateway/resolve-secrets.ts';
import { machinesOf } from '../../activities/machines.ts';
import { acceptOutputs } from '../../activities/node/accept-outputs.ts';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { until } from '../support/eventually.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { sha256 } from '../support/sha256.ts';

const temporary = ownTemporaryFolder();
const cluster = `activity-fix-${process.pid}`;
const folder = join(temporary, 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
});
const refused = (step: () => unknown): RingmasterError => {
  try {
    step();
  } catch (error) {
    return error as RingmasterError;
  }
  throw new Error('the step succeeded');
};
const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;

test('a payload, a dataset and a node that the cluster file does not have: the name that each fix asks for works', () => {
  for (const name of ['toy', 'books']) mkdirSync(join(temporary, name));
  const stage = "{ command: ['true'], run: 5m, silent: 30s }";
  const file = `cluster: lab
state: ${join(temporary, 'lab')}
nodes: [{ id: here, local: true }]
pipelines:
  - { name: toy, payload: ./toy, games: { perTurn: 60, perItem: 60, windowTurns: 3 }, selfPlay: ${stage}, train: ${stage}, evaluate: ${stage} }
`;
  const read = (text: string) => homeOf(parseCluster(text, join(temporary, 'lab.yaml')), {});
  const payload = refused(() => read(file).payloadSource('tay'));
  expect(payload.hint).toEqual({ say: 'the name of a pipeline under `pipelines` in the cluster file', run: 'ringmaster pipeline list' });
  expect(read(file).payloadSource('toy')).toBe(join(temporary, 'toy'));
  const dataset = refused(() => read(file).source('books'));
  const [, key = ''] = /^adding it under `(\w+)` in the cluster file, or a name that is there$/.exec(dataset.hint?.say ?? '') ?? [];
  expect(read(`${file}${key}: [{ id: books, origin: home, path: ./books }]\n`).source('books')).toBe(join(temporary, 'books'));
  expect(read(file).source('payload-toy')).toBe(join(temporary, 'toy'));
  const node = refused(() => machinesOf([machine]).get('hare' as NodeId));
  expect(node.hint).toEqual({ say: 'a node id of this cluster', run: 'ringmaster node list' });
  expect(machinesOf([machine]).get('here' as NodeId)).toBe(machine);
});

test('a secret that the cluster file does not name: it works when the file has it under the key of the fix', () => {
  const item = { id: 'a.1' as ItemId, env: { TOKEN: { fromEnv: 'LAB_TOKEN' } } };
  const file = `cluster: lab\nstate: ${join(temporary, 'lab')}\nnodes: [{ id: here, local: true }]\n`;
  const values = (text: string) => resolveSecrets(item, homeOf(parseCluster(text, join(temporary, 'lab.yaml')), { LAB_TOKEN: 'value' }));
  const failure = refused(() => values(file));
  const [, key = ''] = /^adding it to `(\w+)` in the cluster file, if items may use it, then `ringmaster apply`$/.exec(failure.hint?.say ?? '') ?? [];
  expect(values(`${file}${key}: [{ fromEnv: LAB_TOKEN }]\n`)).toEqual({ TOKEN: 'value' });
});

let count = 0;
/** Runs a job that writes a file of games and this manifest. Returns the job when it has ended. */
async function played(files: readonly string[], result: object = {}): Promise<JobRef> {
  const job: JobRef = { item: `accept.${(count += 1)}` as ItemId, epoch: 1 };
  const listed = files.map((path) => ({ path, bytes: 5, sha256: sha256('games') }));
  const manifest = JSON.stringify({ v: 1, files: listed, result });
  const script = `cd "$RINGMASTER_OUTPUT" && for f; do printf games >"$f"; done; printf %s '${manifest}' >manifest.json.tmp && mv manifest.json.tmp manifest.json`;
  const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
  await machine.start({ job, argv: ['sh', '-c', script, 'sh', ...files], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  return job;
}
const accept = (job: JobRef, change: Partial<WorkItemSpec>) => acceptOutputs({ job, node: machine.node, spec: itemSpec(job.item, change) }, machine);

test('a manifest without an output of the pipeline: a program that lists every output works', async () => {
  const wanted = {
    outputs: [
      { path: 'games.ndjson', to: 'home' },
      { path: 'model', to: 'home' },
    ],
  } as const;
  const failure = await refusal(accept(await played(['games.ndjson']), wanted));
  expect(failure).toMatchObject({
    code: 'job.no-output',
    hint: { say: 'having the program list every output the pipeline names, see docs/payload.md' },
  });
  expect((await accept(await played(['games.ndjson', 'model']), wanted)).files).toHaveLength(2);
});

test('an evaluation without a pair that it was asked for: a program that returns each pair once works', async () => {
  const wanted = { kind: 'evaluate', request: { pairs: [{ index: 3, opening: 1 }] } } as const;
  const failure = await refusal(accept(await played([], { pairs: [] }), wanted));
  expect(failure).toMatchObject({
    code: 'job.bad-pairs',
    hint: { say: 'having the program return each pair of input/request.json once, with its index and its opening, see docs/payload.md' },
  });
  const pairs = [{ index: 3, opening: 1, scores: [1, 0.5] }];
  expect((await accept(await played([], { pairs }), wanted)).result).toEqual({ pairs });
});

test('a verify command that fails: it shows its fault in the folder of the job, and outputs that pass it are accepted', async () => {
  const wanted = { verify: ['sh', '-c', 'grep -q model "$RINGMASTER_OUTPUT/manifest.json" || { echo no model >&2; exit 3; }'] };
  const bad = await played(['games.ndjson']);
  const failure = await refusal(accept(bad, wanted));
  expect(failure).toMatchObject({
    code: 'job.verify-failed',
    message: expect.stringContaining('ended with 3: no model'),
    hint: { say: "looking into the job's folder on here, or running the verify command there" },
  });
  const [program = '', ...words] = wanted.verify;
  const output = join(folder, jobFolder(bad), 'output');
  expect(spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, RINGMASTER_OUTPUT: output } })).toMatchObject({
    status: 3,
    stderr: 'no model\n',
  });
  expect((await accept(await played(['model']), wanted)).files).toMatchObject([{ path: 'model' }]);
});
