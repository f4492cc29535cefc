/** Generates the tsconfig.json of each room and of the root from the table of rooms. `--check` writes nothing, and fails when a file differs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { roomOf, rooms } from './rooms.mjs';

const check = process.argv.includes('--check');
let different = 0;
const put = (file, value) => {
  const text = JSON.stringify(value, null, 2) + '\n';
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (check) {
    console.error(`${file} differs from scripts/rooms.mjs; run: node scripts/write-rooms.mjs`);
    different += 1;
  } else writeFileSync(file, text);
};
for (const [room, { imports, node }] of Object.entries(rooms)) {
  put(join(room, 'tsconfig.json'), {
    extends: relative(room, 'tsconfig.base.json'),
    compilerOptions: { tsBuildInfoFile: relative(room, `dist/${room}/tsconfig.tsbuildinfo`), types: node ? ['node'] : [] },
    include: ['**/*.ts'],
    references: imports.map((other) => ({ path: relative(room, roomOf(other)) })),
  });
}
put('test/tsconfig.json', {
  extends: '../tsconfig.base.json',
  compilerOptions: { tsBuildInfoFile: '../dist/test/tsconfig.tsbuildinfo', outDir: '../dist', types: ['node'] },
  include: ['**/*.ts'],
  references: Object.keys(rooms).map((room) => ({ path: `../${room}` })),
});
put('tsconfig.json', { files: [], references: [...Object.keys(rooms), 'test'].map((path) => ({ path })) });
process.exit(different > 0 ? 1 : 0);
