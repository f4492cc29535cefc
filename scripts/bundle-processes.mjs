/**
 * Bundles the processes of a cluster, their threads and the command line into `dist/bundle`, so that a process loads a few files instead of a thousand.
 * Decision 0016 says why.
 *
 * - Every file of the bundle lies four folders below the root. So each of them finds the checkout at the same relative path.
 * - A module of the bundle that asks for its own place gets the place of its original. So the path of each other file of the checkout stays right.
 * - Native addons stay outside.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { bundleFolder } from './setup/bundle-stamp.mjs';
import { filesUnder } from './setup/build-stamp.mjs';
import { replaceFile } from './setup/replace-file.mjs';
import { withoutWorkflowBundler } from './without-workflow-bundler.mjs';

const shared = 'workers/shared';
const threadOfWorkflows = 'workers/control/workflow-thread';
/**
 * The names of the programs below `dist` and below `dist/bundle`. The `run-` programs run in threads of the ledger. `bin/ringmaster` loads the first three.
 * They share one class of errors, so all three come from the same folder.
 */
export const programs = [
  'src/cli/main',
  'src/domain/failure/addon-failure',
  'workers/launcher/launcher-commands',
  'workers/launcher/main',
  'workers/ledger/main',
  'workers/ledger/run-backup',
  'workers/ledger/run-count',
  'workers/ledger/run-game-work',
  'workers/ledger/run-tidy',
  'workers/gateway/main',
  'workers/control/main',
];

const place = 'ringmaster-place';
const placeModule = `
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
export const path = (file) => join(fileURLToPath(new URL('../../../..', import.meta.url)), file);
export const url = (file) => pathToFileURL(path(file)).href;
`;

/** Gives each module the place of its original, and each thread the place of its program in the bundle. */
const withPlaces = (root) => {
  const word = (file) => JSON.stringify(relative(root, file));
  const inBundle = (name) => JSON.stringify(join(bundleFolder, `${name}.js`));
  const threadAt = (id, text, file) => {
    const program = relative(join(root, 'dist'), join(dirname(id), file));
    return programs.includes(program) ? `new URL(ringmasterUrl(${inBundle(program)}))` : text;
  };
  const esModule = (code, id) =>
    `${code
      .replace(/new URL\('(\.\/[\w-]+)\.js', import\.meta\.url\)/g, (text, file) => threadAt(id, text, file))
      .replaceAll('import.meta.url', `ringmasterUrl(${word(id)})`)
      .replaceAll('import.meta.dirname', `ringmasterPath(${word(dirname(id))})`)}
import { path as ringmasterPath, url as ringmasterUrl } from '${place}';`;
  const commonModule = (code, id) =>
    code
      .replaceAll("require.resolve('./workflow-worker-thread')", `require('${place}').path(${inBundle(threadOfWorkflows)})`)
      .replace(/\b__dirname\b/g, `require('${place}').path(${word(dirname(id))})`)
      .replace(/\b__filename\b/g, `require('${place}').path(${word(id)})`);
  return {
    name: 'places',
    resolveId: { filter: { id: new RegExp(`^${place}$`) }, handler: () => `\0${place}` },
    load: { filter: { id: new RegExp(`^\0${place}$`) }, handler: () => placeModule },
    transform: {
      filter: { code: /import\.meta\.|\b__dirname\b|\b__filename\b|require\.resolve\('\.\/workflow-worker-thread'\)/, id: /^\// },
      handler: (code, id) => ({ code: (code.includes('import.meta.') ? esModule : commonModule)(code, id), map: null }),
    },
  };
};

/**
 * `kept` are the files of the bundle before. A process that runs from them may load one later, so they stay. Files of older bundles are removed.
 * Returns the files of the new bundle, relative to the root.
 */
export async function bundleProcesses(root, kept) {
  const bundle = await rolldown({
    input: {
      ...Object.fromEntries(programs.map((name) => [name, join(root, 'dist', `${name}.js`)])),
      [threadOfWorkflows]: join(root, 'node_modules/@temporalio/worker/lib/workflow/workflow-worker-thread.js'),
    },
    platform: 'node',
    plugins: [withoutWorkflowBundler, withPlaces(root)],
    external: ['better-sqlite3', 'cpu-features', /\.node$/],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'es', entryFileNames: '[name].js', chunkFileNames: `${shared}/[name]-[hash].js` });
  await bundle.close();
  // A process may start while this script writes. The programs import the shared files, so the programs are written last.
  const files = output.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry)).map(({ fileName, code }) => [join(bundleFolder, fileName), code]);
  for (const [file, code] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    replaceFile(join(root, file), code);
  }
  const written = files.map(([file]) => file);
  for (const file of filesUnder(root, join(bundleFolder, shared))) if (![...written, ...kept].includes(file)) rmSync(join(root, file));
  return written;
}
