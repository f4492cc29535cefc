/**
 * Gets promtool, with which the tests check the metrics and the rules of alerts. It is taken from Debian's package of Prometheus without installing that
 * package, because the package would start a server.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPinned } from './fetch-pinned.mjs';
import { findProgram } from './find-program.mjs';
import { cached } from './program-cache.mjs';
import { run } from './run.mjs';

/** Any version that `promtool check metrics` has will do, so none is pinned: the mirror keeps the newest one only. */
const promtoolPin = { title: 'promtool', executable: 'promtool', folder: 'promtool', version: 'of Prometheus' };
const remedies = ['put promtool on PATH (it comes with Prometheus)', 'on Debian or Ubuntu: run `sudo apt-get update`, then try again'];
const downloadMsMax = 4 * 60_000;

/** Returns the path of promtool: the one on PATH, else our cached copy. */
export const locatePromtool = (env) => findProgram('promtool', env) ?? cached(promtoolPin, env);

async function fetchByApt(_pin, temporary, env) {
  const apt = findProgram('apt-get', env);
  if (apt === undefined) throw new Error('apt-get download prometheus: there is no apt-get');
  const check = async (program, ...args) => {
    const { code, output } = await run(program, args, { cwd: temporary, env, timeoutMs: downloadMsMax });
    if (code !== 0) throw new Error(`${program} ${args[0]}: ${output.split('\n').findLast((line) => line.startsWith('E: ')) ?? output.slice(-300)}`);
  };
  const download = () => check(apt, '-o', 'APT::Sandbox::User=root', 'download', 'prometheus');
  // The lists can be missing on a new machine, and old lists name a version that the mirror has dropped. Only root can renew them.
  await download().catch(async () => {
    await run(apt, ['update'], { env, timeoutMs: downloadMsMax });
    await download();
  });
  const [archive] = readdirSync(temporary).filter((name) => name.endsWith('.deb'));
  await check('dpkg-deb', '-x', archive, 'unpacked');
  return { executable: join(temporary, 'unpacked', 'usr', 'bin', 'promtool'), source: archive };
}

export const promtoolPart = {
  needed: ({ env, forTests }) => forTests && locatePromtool(env) === undefined,
  get: ({ env }) => fetchPinned(promtoolPin, env, { ways: [fetchByApt], remedies }),
};
