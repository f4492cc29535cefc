/**
 * Supervisors of other projects, which run the same programs for `command-daemons.mjs`: PM2 from npm, supervisord from PyPI and s6 from Debian. Each is fetched
 * once into a cache folder, and none is installed.
 */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ringmaster-bench');
const fetchMsMax = 180_000;

/** Returns the folder with the peer. Fills a new folder first, so that a fetch that was interrupted leaves nothing that looks whole. */
async function fetched(name, fill) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const filling = `${folder}.${process.pid}`;
  mkdirSync(filling, { recursive: true });
  try {
    await fill(filling, (program, args) => run(program, args, { cwd: filling, timeout: fetchMsMax }));
    renameSync(filling, folder);
  } finally {
    rmSync(filling, { recursive: true, force: true });
  }
  return folder;
}

/** Starts a supervisor in the foreground. Returns a function that ends the supervisor with its programs. */
function inForeground(program, args, options) {
  const child = spawn(program, args, { stdio: 'ignore', ...options });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return () => {
    child.kill('SIGTERM');
    return ended;
  };
}

/**
 * `fetch` returns the folder of the peer. `start` starts a supervisor of the programs (`id`, `file`) with its files below `folder`, and returns the function that
 * ends it. `order`: how the peer starts the programs in an order.
 */
export const peers = {
  pm2: {
    order: 'order of the file',
    fetch: () =>
      fetched('pm2', async (folder, exec) => {
        writeFileSync(join(folder, 'package.json'), '{"private":true}');
        await exec('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'pm2']);
      }),
    start: async (peer, folder, programs) => {
      const pm2 = join(peer, 'node_modules/pm2/bin/pm2');
      const env = { ...process.env, PM2_HOME: join(folder, 'home') };
      const apps = programs.map(({ id, file }) => ({ name: id, script: file, interpreter: 'none' }));
      writeFileSync(join(folder, 'apps.json'), JSON.stringify({ apps }));
      await run(process.execPath, [pm2, 'start', join(folder, 'apps.json')], { env, maxBuffer: 64 * 1024 * 1024 });
      return () => run(process.execPath, [pm2, 'kill'], { env, maxBuffer: 64 * 1024 * 1024 });
    },
  },
  supervisord: {
    order: 'priorities',
    fetch: () => fetched('supervisord', (folder, exec) => exec('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, 'supervisor'])),
    start: async (peer, folder, programs) => {
      const sections = programs.map(
        ({ id, file }, k) => `[program:${id}]\ncommand=${file}\npriority=${k + 1}\nautorestart=true\nstdout_logfile=NONE\nstderr_logfile=NONE\n`,
      );
      const file = join(folder, 'supervisord.conf');
      const own = `[supervisord]\nlogfile=${join(folder, 'log')}\npidfile=${join(folder, 'pid')}\nchildlogdir=${folder}\nminfds=512\n`;
      writeFileSync(file, [own, ...sections].join('\n'));
      return inForeground('python3', ['-m', 'supervisor.supervisord', '--nodaemon', '-c', file], { env: { ...process.env, PYTHONPATH: peer } });
    },
  },
  s6: {
    order: 'none',
    fetch: () =>
      fetched('s6', async (folder, exec) => {
        const { stdout } = await exec('apt-cache', [
          'depends',
          '--recurse',
          '--no-recommends',
          '--no-suggests',
          '--no-conflicts',
          '--no-breaks',
          's6',
        ]);
        const packages = [...new Set(stdout.match(/^(?:s6|execline|lib(?:s6|execline|skarnet|nsss)[\w.-]*)$/gm))];
        if (packages.length === 0) throw new Error('apt knows no package s6');
        await exec('apt-get', ['download', ...packages]);
        await exec('sh', ['-c', 'for one in *.deb; do dpkg -x "$one" . && rm "$one"; done']);
      }),
    start: async (peer, folder, programs) => {
      const { stdout } = await run('find', [peer, '-name', '*.so.*', '-printf', '%h\\n']);
      for (const { id, file } of programs) {
        mkdirSync(join(folder, id));
        writeFileSync(join(folder, id, 'run'), `#!/bin/sh\nexec ${file}\n`);
        chmodSync(join(folder, id, 'run'), 0o755);
      }
      const env = { ...process.env, LD_LIBRARY_PATH: [...new Set(stdout.trim().split('\n'))].join(':') };
      // s6-svscan starts the s6-supervise of its system by an absolute path, and here none is installed. So the shell starts one for each program.
      const loop = 'for one in "$2"/*; do "$1" "$one" & done; trap "kill $(jobs -p | tr "\\n" " ")" TERM; wait; wait';
      return inForeground('bash', ['-c', loop, 'peer', join(peer, 'usr/bin/s6-supervise'), folder], { env });
    },
  },
};
