/**
 * Downloads a program as Temporal's SDKs do (sdk-core's ephemeral_server): temporal.download returns the address of an archive and the name of the
 * program's file in the archive. The set-up does not use the SDK, because the SDK would also start the server and would wait long on a closed
 * network.
 */
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from './run.mjs';

const responseMaxMs = 5_000;
const archiveMaxMs = 3 * 60_000;
const platforms = { linux: 'linux', darwin: 'darwin' };
const architectures = { x64: 'amd64', arm64: 'arm64' };

export const officialBase = (env) => env.RINGMASTER_DOWNLOAD_BASE || 'https://temporal.download';

export async function fetchOfficial(pin, temporary, env) {
  const fail = (why) => new Error(`official download from ${officialBase(env)}: ${why}`);
  const platform = platforms[process.platform];
  const arch = architectures[process.arch];
  if (!platform || !arch) throw fail(`there is none for ${process.platform} ${process.arch}`);
  const address = `${officialBase(env)}/${pin.official}?platform=${platform}&arch=${arch}&format=tar.gz`;
  const archive = join(temporary, 'archive.tar.gz');
  let member;
  try {
    const { archiveUrl, fileToExtract } = await (await get(address, responseMaxMs)).json();
    if (typeof archiveUrl !== 'string' || typeof fileToExtract !== 'string') throw new Error('the response does not name an archive');
    member = fileToExtract;
    await pipeline(Readable.fromWeb((await get(archiveUrl, archiveMaxMs)).body), createWriteStream(archive));
  } catch (error) {
    throw fail(error.cause?.message || error.cause?.code || error.message);
  }
  if (isAbsolute(member) || member.split('/').includes('..')) throw fail(`the response names a file outside the archive (${member})`);
  const contents = join(temporary, 'contents');
  mkdirSync(contents);
  const unpacked = await run('tar', ['-xzf', archive, '-C', contents], { env });
  const executable = join(contents, member);
  if (unpacked.code !== 0) throw fail(`the archive does not unpack: ${unpacked.output}`);
  if (!existsSync(executable)) throw fail(`the archive lacks ${member}`);
  if (pin.reportsVersion) {
    const { output } = await run(executable, ['--version'], { timeoutMs: 10_000 });
    if (!output.includes(`version ${pin.version}`)) throw fail(`the program does not report version ${pin.version} but: ${output.slice(0, 200)}`);
  }
  return { executable, source: address };
}

async function get(address, timeoutMs) {
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`the server returned status ${response.status}`);
  return response;
}
