/** The variables of a job reach its program on standard input and through a private file, and no process list shows them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { eventually } from '../support/eventually.ts';

const node = 'here' as NodeId;
const secret = `s3cret-'"$(touch /tmp/never)\`\\ ä\n${process.pid} end`;
const plain = `plain-${process.pid}-value`;
const job = { item: 'x.1' as ItemId, epoch: 1 };
let folder: string;
let machine: Machine;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-secrets-'));
  machine = openMachine({
    node,
    owner: { id: 'c1', name: 'c', says: 'c', isUpgraded: false },
    folder: join(folder, 'node'),
    connect: { type: 'local' },
  });
});
afterAll(async () => {
  await machine.stopAll(500);
  await machine.close();
  rmSync(folder, { recursive: true, force: true });
});

const commandLines = (): string =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // The process has ended.
      }
    })
    .join('\n');

const start = (value: string) =>
  machine.start({
    job,
    argv: [process.execPath, '-e', 'process.stdout.write(JSON.stringify([process.env.TOKEN, process.env.PLAIN])); setTimeout(() => {}, 60_000)'],
    env: { PLAIN: plain, PATH: process.env['PATH'] ?? '' },
    secrets: { TOKEN: value },
    seed: 1,
    requestJson: '{"games":1}',
    inputs: [],
    limits: { runSecondsMax: 60, silentSecondsMax: 60, selfFenceSeconds: 60 },
  });

it('a program gets its secrets byte for byte, and neither a process list nor a file shows them afterwards', async () => {
  await start(secret);
  const printed = await eventually('the program prints its variables', async () => {
    const text = (await machine.readLog(job, 'stdout', 10_000)).toString('utf8');
    return text.endsWith(']') ? text : undefined;
  });
  expect(JSON.parse(printed)).toEqual([secret, plain]);
  expect(commandLines()).not.toContain('s3cret-');
  expect(commandLines()).not.toContain(plain);
  const files = readdirSync(join(folder, 'node'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'out');
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain('s3cret-');
  expect(readFileSync(join(folder, 'node/jobs/x.1/1/input/request.json'), 'utf8')).toBe('{"games":1}');
});

it('a changed secret is no other job', async () => {
  expect(await start('another')).toMatchObject({ adopted: true });
});

it('a command gets its variables and its input, and no process list shows them', async () => {
  const running = machine.run({ argv: ['sh', '-c', 'cat; echo "$PLAIN"; sleep 2'], env: { PLAIN: plain }, stdin: 'input ', timeoutMs: 20_000 });
  await eventually('the command runs', () => commandLines().includes('sleep\x002'));
  expect(commandLines()).not.toContain(plain);
  expect(await running).toMatchObject({ code: 0, stdout: `input ${plain}\n` });
});
