/** The questions of a health check, on a real machine: their limit, and the two programs that can ask over HTTP. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { askHealth } from '../../activities/node/ask-health.ts';
import { freshHealth, type HealthAnswer, type HealthQuestion } from '../../src/domain/daemon/health.ts';
import { itemOfDaemon } from '../../src/domain/daemon/daemon-item.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { findPrograms } from '../../src/system/find-program.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ownerNamed } from '../support/owner-named.ts';

const folder = mkdtempSync(join(tmpdir(), 'rm-ask-health-'));
const node = join(folder, 'node');
const machine = openMachine({ node: 'a' as NodeId, owner: ownerNamed(`asks-${process.pid}`), folder: node, connect: { type: 'local' } });
const job = { item: itemOfDaemon(`asked-${process.pid}`), epoch: 1 };
let server: Server;
let url: string;
beforeAll(async () => {
  await machine.run({ argv: ['mkdir', '-p', jobFolder(job)], timeoutMs: 20_000 });
  server = createServer((request, response) => {
    if (request.url === '/mute') return;
    const status = Number(request.url?.slice(1));
    response.writeHead(status, status === 302 ? { location: '/404' } : {}).end('said');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await machine.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (question: HealthQuestion, withinMs: number, env: Readonly<Record<string, string>> = {}): Promise<HealthAnswer> =>
  askHealth(
    { job, spec: { ...itemSpec(job.item), env } },
    { question, withinMs, everyMs: 1_000, silentMax: 3 },
    { machine, root: node, before: freshHealth(true) },
  );

describe('the limit of a check is its `within`, with nothing added', () => {
  test('a command that ends later is a silence', async () => {
    const slow: HealthQuestion = { type: 'command', command: ['sh', '-c', 'sleep 3'] };
    expect(await ask(slow, 1_000)).toEqual({ type: 'silent', says: 'no answer in 1 s' });
    expect(await ask(slow, 60_000)).toMatchObject({ type: 'well' });
  });
});

/** A folder of programs in which this one is the only one that speaks HTTP. */
function pathWith(...program: readonly string[]): string {
  const bin = join(folder, `bin-${program.join()}`);
  mkdirSync(bin);
  for (const name of ['sh', 'sed', 'head', 'echo', ...program]) symlinkSync(findPrograms(name)[0] as string, join(bin, name));
  return bin;
}

test('a node without curl and wget says so, which is no silence, and the fix works', async () => {
  const question: HealthQuestion = { type: 'http', url: `${url}/200` };
  const bin = pathWith();
  expect(await ask(question, 10_000, { PATH: bin })).toEqual({
    type: 'unwell',
    says: `${url}/200 is not asked, because the node has neither curl nor wget; try installing one of them there`,
  });
  symlinkSync(findPrograms('wget')[0] as string, join(bin, 'wget'));
  expect(await ask(question, 10_000, { PATH: bin })).toMatchObject({ type: 'well' });
});

describe.each(['curl', 'wget'])('the HTTP check with %s', (program) => {
  let env: Readonly<Record<string, string>>;
  beforeAll(() => void (env = { PATH: pathWith(program) }));
  it.each([
    ['200', 'well'],
    ['204', 'well'],
    ['404', 'unwell'],
    ['503', 'unwell'],
  ])('an answer of %s is %s', async (status, type) => {
    expect(await ask({ type: 'http', url: `${url}/${status}` }, 10_000, env)).toEqual({ type, says: `${url}/${status} answers ${status}` });
  });
  it('an address that redirects is well, wherever it leads', async () => {
    expect(await ask({ type: 'http', url: `${url}/302` }, 10_000, env)).toMatchObject({ type: 'well', says: `${url}/302 answers 302` });
  });
  it('the address is asked without a proxy', async () => {
    const proxied = { ...env, http_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' };
    expect(await ask({ type: 'http', url: `${url}/200` }, 10_000, proxied)).toMatchObject({ type: 'well' });
  });
  it('a server without an answer, and a port without a server, are silences', async () => {
    expect(await ask({ type: 'http', url: `${url}/mute` }, 2_000, env)).toMatchObject({ type: 'silent' });
    expect(await ask({ type: 'http', url: 'http://127.0.0.1:9/' }, 10_000, env)).toMatchObject({
      type: 'silent',
      says: expect.stringMatching(/does not answer: \S/) as string,
    });
  });
});
