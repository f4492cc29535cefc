/**
 * Brings the C++ headers of this Node: from the folder that a person names, from beside the program, from npm's package of the same Node, or from
 * Node's own server. A machine that could install the packages can reach npm's registry, and nodejs.org perhaps not.
 */
import { cpSync, createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setting, tryNpm } from './npm.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { withProgressLine } from './with-progress-line.mjs';

const version = process.versions.node;
const packageName = `node-${process.platform}-${process.arch}@${version}`;
const downloadMaxMs = 3 * 60_000;

/** Makes `<target>/include/node` with the headers of exactly this Node. `target` lies in a temporary folder. */
export async function bringHeaders(target, { root, env }) {
  mkdirSync(target, { recursive: true });
  const present = [env.npm_config_nodedir, await setting('nodedir', root, env), join(dirname(process.execPath), '..')].find(hasHeaders);
  if (present === undefined) {
    await withProgressLine(`Node headers ${version}`, async () => {
      const failures = [await fromNpm(target, { root, env })];
      if (failures[0] !== undefined) failures.push(await fromNodeServer(target, env));
      if (failures.at(-1) === undefined) return;
      throw new SetupError(
        `Cannot compile better-sqlite3 because the headers of Node ${version} are nowhere to be had (${failures.join('; ')}); ` +
          'try: npm_config_nodedir=FOLDER npm start, where FOLDER/include/node has them',
      );
    });
  } else {
    cpSync(join(present, 'include', 'node'), join(target, 'include', 'node'), { recursive: true });
  }
  removeCleanupHooks(join(target, 'include', 'node', 'node_object_wrap.h'));
}

function hasHeaders(folder) {
  if (folder === undefined) return false;
  try {
    const text = readFileSync(join(folder, 'include', 'node', 'node_version.h'), 'utf8');
    return ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1]).join('.') === version;
  } catch {
    return false;
  }
}

/** Returns why npm's package could not be used, or undefined. */
async function fromNpm(target, { root, env }) {
  const packed = await tryNpm(['pack', packageName, '--ignore-scripts', '--pack-destination', target], { root, env });
  const [archive] = readdirSync(target).filter((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || archive === undefined) return `npm has no ${packageName}`;
  return unpack(join(target, archive), 'package/include', { target, env });
}

async function fromNodeServer(target, env) {
  const address = process.release.headersUrl;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(downloadMaxMs) });
    if (!response.ok) return `${address} returned status ${response.status}`;
    await pipeline(Readable.fromWeb(response.body), createWriteStream(join(target, 'headers.tar.gz')));
  } catch (error) {
    return `${address}: ${error.cause?.message || error.message}`;
  }
  return unpack(join(target, 'headers.tar.gz'), `node-v${version}/include`, { target, env });
}

async function unpack(archive, member, { target, env }) {
  const { code } = await run('tar', ['-xzf', archive, '-C', target, '--strip-components=1', member], { env });
  return code === 0 && hasHeaders(target) ? undefined : `${archive} has no headers of Node ${version}`;
}

/**
 * Takes two calls out of node::ObjectWrap, which Node 24.19 and 26.4 added. An addon that is compiled with them ends its process with SIGABRT when a
 * garbage collection in an idle moment finds a closed database (nodejs/node#65446). Without them the class is as in Node 20 and 22.
 */
function removeCleanupHooks(header) {
  if (!existsSync(header)) return;
  writeFileSync(header, readFileSync(header, 'utf8').replace(/^\s*(?:Add|Remove)CleanupHook\(\);$/gm, ''));
}
