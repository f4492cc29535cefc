import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCodes, exitNameFor } from '../../src/cli/exit/exit-codes.ts';
import { colourOf, printable } from '../../src/cli/render/colour.ts';
import { setAsideLines } from '../../src/cli/pipeline/pipeline-lines.ts';
import { sprtBar } from '../../src/cli/render/sprt-bar.ts';
import { table } from '../../src/cli/render/table.ts';
import { yamlDocument } from '../../src/cli/render/yaml.ts';
import { failureCodes, failureTable } from '../../src/domain/failure/table.ts';
import { adviceFor, failureGuide } from '../../src/service/explain/failure-guide.ts';
import { fillIn } from '../../src/service/explain/fill-in.ts';
import { ago, bytes } from '../../src/service/say.ts';
import { repository } from '../support/repository.ts';

describe('failure guide', () => {
  test('every code has a meaning and a next step, and there are no other codes', () => {
    expect(Object.keys(failureGuide).toSorted()).toEqual([...failureCodes].toSorted());
    for (const code of failureCodes) {
      expect(adviceFor(code).class).toBe(failureTable[code]);
      expect(adviceFor(code).meaning.length, code).toBeGreaterThan(20);
      expect(adviceFor(code).next.length, code).toBeGreaterThan(0);
      expect(adviceFor(code).fate.length, code).toBeGreaterThan(10);
    }
  });
  test('a command of OpenSSH that connects to a host or names its key has the port of the host', () => {
    const commands = failureCodes.flatMap((code) => adviceFor(code).next.flatMap(({ run }) => run ?? []));
    const toHosts = commands.filter((run) => /^(ssh-keyscan|ssh-keygen -R|ssh) .*HOST/.test(run));
    // The two others read the name of a host in the configuration of ssh, which has the port.
    expect(toHosts.filter((run) => !run.includes('PORT'))).toEqual(['ssh -T -o RemoteCommand=none HOST true', 'ssh -G HOST']);
    expect(toHosts.length).toBeGreaterThan(4);
  });
  test('the fields of the failure are filled into the steps', () => {
    expect(fillIn([{ say: 'look at {node}' }, { say: 'and', run: 'ringmaster explain {item}/{epoch}' }], { node: 'b', epoch: 2 })).toEqual([
      { say: 'look at b' },
      { say: 'and', run: 'ringmaster explain <item>/2' },
    ]);
  });
});

describe('exit codes', () => {
  test('docs/cli.md shows the table', () => {
    const text = readFileSync(join(repository, 'docs/cli.md'), 'utf8');
    for (const { code, meaning } of Object.values(exitCodes)) expect(text).toContain(`| ${code} | ${meaning} |`);
  });
  test('failure codes map to exit codes', () => {
    expect([exitNameFor('server.unavailable'), exitNameFor('config.invalid'), exitNameFor('queue.unknown-item'), exitNameFor('job.killed')]).toEqual([
      'notRunning',
      'usage',
      'notFound',
      'failure',
    ]);
  });
});

test('yaml: any JSON value is read back unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parse(yamlDocument(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(yamlDocument({ a: [{ b: 1, c: 'yes' }, []], d: {} })).toBe('a:\n  - b: 1\n    c: "yes"\n  - []\nd: {}');
});

test('games that were set aside are listed with their replacement and the reason', () => {
  const plain = colourOf(false);
  const failure = { code: 'pipeline.bad-games', class: 'data', message: 'Cannot take them because; try', fields: {}, chain: [] } as const;
  const file = { item: 'cf.1.self-play.0', turn: 1, name: 'f', sha256: 'a', atMs: 1_000, failure };
  expect(setAsideLines([], 0, false, plain)).toEqual([]);
  expect(setAsideLines([file, { ...file, replacedBy: 'cf.1.self-play.0r1' }, { ...file, replacedBy: file.item }], 13_000, false, plain)).toEqual([
    'GAMES SET ASIDE   TURN  AGO  SINCE THEN                      WHY',
    'cf.1.self-play.0     1  12s  not replaced                    Cannot take them because; try',
    'cf.1.self-play.0     1  12s  replaced by cf.1.self-play.0r1  Cannot take them because; try',
    'cf.1.self-play.0     1  12s  good bytes came later           Cannot take them because; try',
  ]);
});

test('tables align by visible width', () => {
  const lines = table(
    [{ head: 'A' }, { head: 'N', align: 'right' }, { head: 'TEXT', max: 5 }],
    [
      [{ text: 'é', style: 'good' }, 7, 'abcdefg'],
      ['long', 1234, ''],
    ],
    colourOf(false),
  );
  expect(lines).toEqual(['A        N  TEXT', 'é        7  abcd…', 'long  1234']);
  const painted = table([{ head: 'A' }, { head: 'B' }], [[{ text: 'x', style: 'bad' }, 'y']], colourOf(true));
  expect(painted[1]).toBe('\u001B[31mx\u001B[39m  y');
});

test('foreign text cannot move the cursor', () => {
  expect(printable('a\u001B[2Jb\u0007c\r\nd\u009B1m')).toBe('abc d1m');
});

test('ages and sizes are formatted', () => {
  expect([0, 400, 9_990, 12_345, 190_000, 7_500_000, 360_000_000].map(ago)).toEqual(['0s', '0.4s', '9.9s', '12s', '3m10s', '2h05m', '4d04h']);
  expect([0, 512, 1434, 12 * 1024 ** 2, 3 * 1024 ** 3].map(bytes)).toEqual(['0 B', '512 B', '1.4 KiB', '12 MiB', '3.0 GiB']);
});

test('the SPRT bar keeps its marker inside', () => {
  const bar = (llr: number): string => sprtBar({ candidate: 'x', pairs: 3, llr, lower: -2.94, upper: 2.94 }, 11, colourOf(false));
  expect(bar(0)).toBe('reject -2.94 ├─────●─────┤ 2.94 accept  LLR 0.00 after 3 pairs');
  expect(bar(99)).toContain('├─────┼────●┤');
  expect(bar(-99)).toContain('├●────┼─────┤');
});
