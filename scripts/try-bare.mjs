/**
 * Runs `npm start` and `npm test` on a bare Debian: a minimal root with Node and npm and nothing else, in namespaces of its own. Prints a line for each.
 * `npm run try:bare -- start` runs one of them; `-- quick` runs the rungs that start no cluster instead of all tests; with files, such as
 * `-- test test/workers/purge-state.test.ts`, `npm test` runs these only. It needs root, and it uses the network of this machine, with the settings of
 * npm, pip and certificates that this process has. docs/decisions/0012-runtimes.md says why it is no container engine.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onExit } from './setup/cleanup.mjs';
import { copyCheckout } from './setup/copy-checkout.mjs';
import { findProgram } from './setup/find-program.mjs';
import { setting } from './setup/npm.mjs';
import { writableCacheFolder } from './setup/program-cache.mjs';
import { run } from './setup/run.mjs';
import { lastCount, lastTurns } from './setup/summary-line.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const suite = 'bookworm';
const baseAgeMaxMs = 14 * 24 * 3_600_000;
const quickRungs = ['tidy', 'unit', 'example', 'storage', 'model', 'replay', 'setup'];
const inside = '/srv/ringmaster';

const files = process.argv.slice(2).filter((word) => word.includes('/'));

/** The limits are for two busy cores. */
const steps = {
  start: { title: 'npm start', command: 'npm start -- --stop --limit 900 && bin/ringmaster down --purge', limitMs: 30 * 60_000, says: lastTurns },
  test: { title: 'npm test', command: ['npm test', ...(files.length > 0 ? ['--', ...files] : [])].join(' '), limitMs: 75 * 60_000, says: lastCount },
  quick: {
    title: 'quick rungs',
    command: `npm test -- ${quickRungs.map((rung) => `--project ${rung}`).join(' ')}`,
    limitMs: 40 * 60_000,
    says: lastCount,
  },
};

const asked = process.argv.slice(2).filter((word) => !files.includes(word));
if (asked.some((name) => !Object.hasOwn(steps, name))) fail('that step is not known', `npm run try:bare -- ${Object.keys(steps).join(' ')}`);
if (process.getuid?.() !== 0) fail('a root of its own needs root', 'sudo npm run try:bare');
const missing = ['mmdebstrap', 'unshare', 'chroot', 'tar', 'git'].filter(
  (name) => findProgram(name, process.env, { alsoSystemFolders: true }) === undefined,
);
if (missing.length > 0)
  fail(`there is no ${missing.join(', ')}`, 'apt-get install -y --no-install-recommends mmdebstrap util-linux coreutils tar git');

const work = mkdtempSync(join(tmpdir(), 'ringmaster-bare-'));
onExit.add(() => rmSync(work, { recursive: true, force: true }));
const logs = join(root, 'dist', 'bare');
mkdirSync(logs, { recursive: true });
const folder = join(work, 'root');
await makeRoot();
const env = await environment();
let failed = 0;
for (const name of asked.length > 0 ? asked : ['start', 'test']) await attempt(steps[name]);
process.exit(failed === 0 ? 0 : 1);

/** Makes the root: Debian's smallest one, the Node and the npm that run this script, and the checkout. */
async function makeRoot() {
  const base = join(writableCacheFolder(process.env), `bare-${suite}.tar`);
  if (!existsSync(base) || Date.now() - statSync(base).mtimeMs > baseAgeMaxMs) {
    const { code, output } = await run('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', '--format=tar', suite, `${base}.new`]);
    if (code !== 0) fail(`mmdebstrap failed: ${output.slice(-500)}`, 'apt-get update');
    renameSync(`${base}.new`, base);
  }
  mkdirSync(folder);
  const unpacked = await run('tar', ['-xf', base, '-C', folder]);
  if (unpacked.code !== 0) fail(`the root does not unpack: ${unpacked.output.slice(-500)}`, `rm ${base}`);
  const npmFolder = join(dirname(realpathSync(findProgram('npm', process.env))), '..');
  copyFileSync(realpathSync(process.execPath), join(folder, 'usr/local/bin/node'));
  cpSync(npmFolder, join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(folder, 'usr/local/bin', name));
  for (const file of ['resolv.conf', 'hosts']) writeFileSync(join(folder, 'etc', file), readFileSync(join('/etc', file)));
  // A process of this machine sees the processes inside, and tests end all processes of a user by its number. So the users inside have numbers of their own.
  const logins = join(folder, 'etc/login.defs');
  writeFileSync(logins, `${readFileSync(logins, 'utf8')}SYS_UID_MIN 20000\nSYS_UID_MAX 29999\n`);
  await copyCheckout(root, join(folder, inside));
}

/** Returns the environment inside: nothing of a person's, except what reaches the registries from this machine. The files that it names are copied. */
async function environment() {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(?:https?_proxy|no_proxy|PIP_(?:INDEX_URL|CERT|TRUSTED_HOST|DEFAULT_TIMEOUT)|NODE_EXTRA_CA_CERTS)$/i.test(name),
  );
  for (const name of ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy']) {
    const value = await setting(name, root, process.env);
    if (value && value !== 'null' && value !== 'undefined') kept.push([`npm_config_${name.replace('-', '_')}`, value]);
  }
  for (const [, file] of kept.filter(([, value]) => value.startsWith('/') && existsSync(value))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    rmSync(join(folder, file), { force: true });
    copyFileSync(file, join(folder, file));
  }
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    CI: '1',
    NO_COLOR: '1',
    ...Object.fromEntries(kept),
  };
}

/**
 * Runs a command inside. All that it starts ends with it, because it is process 1 of a PID namespace. The mounts end with the mount namespace. The shell
 * stays process 1 and reaps the orphans. It has a session of its own, as process 1 of every container has: else the number of its group is 0 inside, and a
 * signal to that group ends everything. The root is a mount of its own, because `ip netns` changes the mount at `/`.
 */
async function attempt({ title, command, limitMs, says }) {
  const script = `set -e
mount -t proc proc /proc; mount -t sysfs -o ro sysfs /sys; mount -t tmpfs -o mode=755 tmpfs /dev
mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/full c 1 7; mknod -m 666 /dev/random c 1 8
mknod -m 666 /dev/urandom c 1 9; mknod -m 666 /dev/tty c 5 0
mkdir /dev/pts /dev/shm; mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts /dev/pts; ln -s pts/ptmx /dev/ptmx; mount -t tmpfs -o mode=1777 tmpfs /dev/shm
ln -s /proc/self/fd /dev/fd; ln -s /proc/self/fd/0 /dev/stdin; ln -s /proc/self/fd/1 /dev/stdout; ln -s /proc/self/fd/2 /dev/stderr
cd ${inside}; set +e; exec > /srv/output.log 2>&1
${command}
code=$?
exit $code`;
  const enter = 'mount --bind "$1" "$1" && exec chroot "$1" /usr/bin/setsid /bin/sh -c "$2"';
  const words = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '/bin/sh', '-c', enter, 'enter', folder, script];
  const startedAt = performance.now();
  const ended = await run('unshare', words, { env, timeoutMs: limitMs });
  const { code } = ended;
  const inner = join(folder, 'srv/output.log');
  const output = `${existsSync(inner) ? readFileSync(inner, 'utf8') : ''}${ended.output}`;
  const log = join(logs, `${title.replaceAll(' ', '-')}.log`);
  writeFileSync(log, `${output}\n`);
  if (code !== 0) failed += 1;
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  console.log(
    `${code === 0 ? 'ok  ' : 'FAIL'} bare ${suite}, Node ${process.versions.node}  ${title.padEnd(11)} ${seconds.padStart(6)}  ${says(output)}  (${log})`,
  );
}

function fail(because, cure) {
  console.error(`Cannot try a bare machine because ${because}; try: ${cure}`);
  process.exit(1);
}
