/**
 * Makes the change drill "a new failure code" in a copy of the sources. The drill adds one row to the failure table. The compiler must then ask for
 * one row in the failure guide, and for nothing else. The code that fails with the new failure code, and the test of that code, are not part of the
 * drill.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySources } from '../support/copy-sources.ts';

let copy = '';
beforeAll(() => void (copy = copySources()));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const table = 'src/domain/failure/table.ts';
const guide = 'src/service/explain/failure-guide.ts';
const code = 'drill.planted';
/**
 * The drill may take at most this long. It compiles half of the sources twice, which takes 10 s on an idle machine and a minute on a busy machine.
 */
const drillMsMax = 180_000;

function insert(path: string, before: string, row: string): void {
  const text = readFileSync(join(copy, path), 'utf8');
  expect(text.split(before), `${path} has the line that this drill expects`).toHaveLength(2);
  writeFileSync(join(copy, path), text.replace(before, row + before));
}
/** Compiles the rooms and everything that the rooms import. Returns the files in which the compiler finds errors. */
function refusedFiles(...rooms: readonly string[]): readonly string[] {
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...rooms], { cwd: copy, encoding: 'utf8' });
  const errors = [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error (TS\d+)/gm)];
  // Error TS6305 is ignored. It only says that a project was not built because it depends on a project with errors.
  return [...new Set(errors.flatMap(([, file, error]) => (error === 'TS6305' || file === undefined ? [] : [file])))];
}

test(
  'a new failure code is one row of the table and one of the guide',
  () => {
    insert(table, "  'internal.defect': 'defect',", `  '${code}': 'transient',\n`);
    expect(refusedFiles('src/service')).toEqual([guide]);
    insert(
      guide,
      '} as const satisfies Record<FailureCode, FailureAdvice>;',
      `  '${code}': { meaning: 'A drill planted it.', next: [{ say: 'nothing to do' }] },\n`,
    );
    expect(refusedFiles('src/http', 'src/cli'), 'every room that reads failure codes').toEqual([]);
    const user = `import { explainFailureCode } from './src/service/explain/noun/failure-code.js';
console.log(JSON.stringify(explainFailureCode('${code}').failure));`;
    writeFileSync(join(copy, 'dist/user.mjs'), user);
    const { stdout, stderr } = spawnSync(process.execPath, ['dist/user.mjs'], { cwd: copy, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ code, class: 'transient', retried: true, next: [{ say: 'nothing to do' }] });
  },
  drillMsMax,
);
