/**
 * Makes the change drill "a new ledger" in a copy of the sources. The drill adds one file, and one row in the registry. The compiler must accept both
 * changes. Afterwards paths, opening, checks and the read model must include the new ledger.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySources } from '../support/copy-sources.ts';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const ownFile = `import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';

export const drillSchema: LedgerSchema = { name: 'ledger of the drill', migrations: ['CREATE TABLE drills (name TEXT PRIMARY KEY) STRICT;'] };

export class Drills {
  readonly ledger: Ledger;
  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }
  record(name: string): void {
    this.ledger.write('record a drill', () => this.ledger.statement('INSERT INTO drills (name) VALUES (?)').run(name));
  }
  close(): void {
    this.ledger.close();
  }
}
`;
const row = `  drills: { path: 'data/drills.db', schema: drillSchema, limits: ledgerFileLimits, open: (ledger: Ledger) => new Drills(ledger) },\n`;
const user = `import { ledgerChecks } from './src/storage/read/ledger-checks.js';
import { openLedgers } from './src/storage/ledger/ledgers.js';
const ledgers = openLedgers(process.argv[2]);
ledgers.drills.record('one');
const checks = await ledgerChecks(process.argv[2], { waitMs: 20_000 })();
console.log(JSON.stringify({ path: ledgers.paths.drills, title: ledgers.drills.ledger.file, check: checks.at(-1) }));
ledgers.close();
`;

let copy = '';
beforeAll(() => void (copy = copySources()));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const registry = 'src/storage/ledger/registry.ts';

test('a new ledger is a file of its own and one row', () => {
  mkdirSync(join(copy, 'src/storage/drill'));
  writeFileSync(join(copy, 'src/storage/drill/drills.ts'), ownFile);
  const text = readFileSync(join(copy, registry), 'utf8');
  const end = '} as const satisfies Readonly<Record<string, LedgerRow>>;';
  expect(text.split(end), 'the registry ends as this drill expects').toHaveLength(2);
  writeFileSync(join(copy, registry), `import { drillSchema, Drills } from '../drill/drills.ts';\n${text.replace(end, row + end)}`);

  const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'src/storage'], { cwd: copy, encoding: 'utf8' });
  expect(compiled.stdout).toBe('');
  writeFileSync(join(copy, 'dist/user.mjs'), user);
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/user.mjs', join(copy, 'state')], { cwd: copy, encoding: 'utf8' });
  expect(stderr).toBe('');
  const file = join(copy, 'state/data/drills.db');
  expect(JSON.parse(stdout)).toEqual({
    path: file,
    title: file,
    check: { file: 'drills.db', ok: true, detail: expect.stringMatching(/^quick_check ok, /) },
  });
});

test('no source but the registry names the file of a ledger', () => {
  const paths = [...readRepositoryFile(registry).matchAll(/ path: '([^']+)'/g)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThanOrEqual(6);
  const code = repositoryFiles().filter((file) => /^(src|activities|workers|workflows|bin)\//.test(file) && file !== registry);
  const naming = code.filter((file) => {
    const text = readRepositoryFile(file);
    return paths.some((path) => text.includes(`'${path}'`) || text.includes(`'${path.split('/').at(-1)}'`));
  });
  expect(naming).toEqual([]);
});
