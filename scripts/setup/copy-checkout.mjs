/** Copies a checkout as a person would get it: the files that Git tracks, and the new ones that it does not ignore, with Git's own folder. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';

export async function copyCheckout(root, target) {
  const { code, output } = await run('git', ['clone', '--quiet', '--no-hardlinks', root, target]);
  if (code !== 0) throw new SetupError(`Cannot copy the checkout because \`git clone\` failed: ${output}`);
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  for (const path of listed.split('\n').filter((one) => one !== '' && existsSync(join(root, one)))) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(root, path), join(target, path), { preserveTimestamps: true });
  }
}
