/** The questions of a health check, on a real machine: their limit, and the two programs that can ask over HTTP. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFile, execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { askHealth } from '../../activities/node/ask-health.ts';
import { freshHealth, type HealthAnswer, type HealthQuestion } from '../../src/domain/daemon/health.ts';
import { itemOfDaemon } from '../../src/domain/daemon/daemon-item.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { jobFolder } from '../../src/transport/node-folder.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { findPrograms } from '../../src/system/find-program.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { install, programsOf } from '../support/programs-of.ts';
import { processes } from '../support/processes.ts';
import { rejectionOf } from '../support/rejection-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'rm-ask-health-'));
const node = join(folder, 'node');
const machine = openMachine({ node: 'a' as NodeId, owner: ownerNamed(`asks-${process.pid}`), folder: node, connect: { type: 'local' } });
const job = { item: itemOfDaemon(`asked-${process.pid}`), epoch: 1 };
let server: Server;
let url: string;
/** The paths that were asked. */
const asked: string[] = [];
beforeAll(async () => {
  await machine.run({ argv: ['mkdir', '-p', jobFolder(job)], timeoutMs: 20_000 });
  server = createServer((request, response) => {
    const { url: path = '' } = request;
    asked.push(path);
    if (path === '/mute') return;
    if (path === '/drop') return void request.socket.destroy();
    if (path === '/stream') return void response.writeHead(200).write('and so on');
    if (path === '/hint') return response.writeEarlyHints({ link: '</a>; rel=preload' }, () => response.writeHead(200).end('said'));
    const status = Number(path.slice(1));
    response.writeHead(status, status === 302 || status === 307 ? { location: '/mute' } : {}).end('said');
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

afterEach(() => vi.unstubAllEnvs());

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

/** Returns a folder of links to the programs of this machine. Of the programs that speak HTTP it has only this one. */
function pathWith(program?: string): string {
  const bin = programsOf(join(folder, `only-${program}`), (name) => !['curl', 'wget', 'wget2', 'busybox'].includes(name));
  if (program === 'busybox') symlinkSync(findPrograms(program)[0] as string, join(bin, 'wget'));
  else if (program !== undefined) install(bin, program);
  return bin;
}

test('a node without curl and wget says so, which is no silence, and the fix works', async () => {
  const question: HealthQuestion = { type: 'http', url: `${url}/200` };
  const bin = pathWith();
  vi.stubEnv('PATH', bin);
  expect(await ask(question, 10_000)).toEqual({
    type: 'unwell',
    says: `${url}/200 is not asked, because the node has neither curl nor wget; try installing one of them there`,
  });
  install(bin, 'wget');
  expect(await ask(question, 10_000)).toMatchObject({ type: 'well' });
});

test('a check of ours runs with the PATH of the node, and a command of the file with the variables of the daemon', async () => {
  const bin = join(folder, 'empty');
  mkdirSync(bin);
  const env = { PATH: bin };
  writeFileSync(join(node, jobFolder(job), 'beat'), '');
  expect(await ask({ type: 'http', url: `${url}/200` }, 10_000, env)).toMatchObject({ type: 'well' });
  expect(await ask({ type: 'file', path: 'beat', freshMs: 60_000 }, 10_000, env)).toMatchObject({ type: 'well' });
  const command = ['/bin/sh', '-c', '[ "$PATH" = "$0" ]', bin];
  expect(await ask({ type: 'command', command }, 10_000, env)).toMatchObject({ type: 'well' });
});

describe.each(['curl', 'wget', 'busybox'])('the HTTP check with %s', (program) => {
  let bin: string;
  beforeAll(() => void (bin = pathWith(program)));
  beforeEach(() => {
    vi.stubEnv('PATH', bin);
    asked.length = 0;
  });
  it.each<readonly [path: string, type: string, status?: string]>([
    ['200', 'well'],
    ['204', 'well'],
    ['404', 'unwell'],
    ['503', 'unwell'],
    // The wget of busybox takes a hint for the answer.
    ...(program === 'busybox' ? [] : [['hint', 'well', '200'] as const]),
    ['stream', 'well', '200'],
    // The address to which these lead never answers.
    ['302', 'well'],
    ['307', 'well'],
  ])('an answer of %s is %s', async (path, type, status = path) => {
    expect(await ask({ type: 'http', url: `${url}/${path}` }, 10_000)).toEqual({ type, says: `${url}/${path} answers ${status}` });
  });
  it('an address is asked once, without the start-up files of the program, also when it redirects', async () => {
    const home = join(folder, `home-${program}`);
    mkdirSync(home);
    writeFileSync(join(home, '.curlrc'), 'location\nretry = 3\n');
    writeFileSync(join(home, '.wgetrc'), 'max_redirect = 3\ntries = 3\n');
    vi.stubEnv('HOME', home);
    // The wget of busybox follows a redirection until it is ended.
    const paths = program === 'busybox' ? ['drop'] : ['302', 'drop'];
    for (const path of paths) await ask({ type: 'http', url: `${url}/${path}` }, 20_000);
    expect(asked).toEqual(paths.map((path) => `/${path}`));
  });
  it('the address is asked without a proxy', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:9');
    expect(await ask({ type: 'http', url: `${url}/200` }, 10_000)).toMatchObject({ type: 'well' });
  });
  it('a server without an answer, one that ends the connection, and a port without a server are silences', async () => {
    expect(await ask({ type: 'http', url: `${url}/mute` }, 2_000)).toMatchObject({ type: 'silent' });
    for (const address of [`${url}/drop`, 'http://127.0.0.1:9/'])
      expect(await ask({ type: 'http', url: address }, 20_000)).toMatchObject({
        type: 'silent',
        says: expect.stringMatching(/does not answer: \S/) as string,
      });
  });
  it('the check ends by itself when the connection to its node is lost', async () => {
    const words = ['-c', programs.askHttp, 'sh', `${url}/mute`, '1'];
    expect(await rejectionOf(promisify(execFile)('sh', words, { timeout: 30_000 }))).toMatchObject({ code: 1, stderr: expect.stringMatching(/\S/) });
  });
});

test.each(['sh', 'bash', 'busybox sh'])(
  'a wget without a limit is ended on a node without `timeout`, by %s, and leaves no process',
  async (shell) => {
    const bin = programsOf(join(folder, `no-limit-${shell.replace(' ', '-')}`), (name) => !['curl', 'wget', 'wget2', 'timeout'].includes(name));
    const long = `93${process.pid}`;
    writeFileSync(join(bin, 'wget'), `#!/bin/sh\ncase $1 in --help) exit 0;; esac\nexec sleep ${long}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', bin);
    const [program = '', ...first] = shell.split(' ');
    const words = [...first, '-c', programs.askHttp, 'sh', `${url}/mute`, '1'];
    const path = execFileSync('/usr/bin/env', ['which', program], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).trim();
    expect(await rejectionOf(promisify(execFile)(path, words, { timeout: 20_000 }))).toMatchObject({ code: 1, stderr: 'no answer in 1 s\n' });
    expect(processes().filter(({ words: [, seconds] }) => seconds === long)).toEqual([]);
  },
);

// Some builds of busybox have a wget without a limit of its own.
test.each(['curl', 'wget'])('the check with %s ends by itself on a node without `timeout`', async (program) => {
  const bin = programsOf(join(folder, `no-timeout-${program}`), (name) => !['curl', 'wget', 'wget2', 'busybox', 'timeout'].includes(name));
  install(bin, program);
  vi.stubEnv('PATH', bin);
  const words = ['-c', programs.askHttp, 'sh', `${url}/mute`, '1'];
  expect(await rejectionOf(promisify(execFile)('sh', words, { timeout: 20_000 }))).toMatchObject({ code: 1, stderr: expect.stringMatching(/\S/) });
});
