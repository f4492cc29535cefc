/** `ringmaster temporal` proves a start, sends a signal itself, and says what it cannot prove. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { provenCommand } from '../../src/cli/verb/temporal-proof.ts';
import { ringOf } from '../../src/contract/proof/key-ring.ts';
import { proofOf } from '../../src/contract/proof/proof.ts';

const key = 'a'.repeat(64);
const of = (words: readonly string[]) => provenCommand(words, ringOf(key));
const header = (args: readonly unknown[]): readonly string[] => [
  '--headers',
  `ringmaster-proof="${proofOf(key, { kind: 'start', workflowId: 'cancel/x', name: 'cancel', args })}"`,
];

it('adds the proof to a start, however its options are written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-proof-'));
  const file = join(folder, 'input.json');
  writeFileSync(file, '{"items": []}\n');
  const forms = [
    { words: ['workflow', 'start', '--type', 'cancel', '--workflow-id', 'cancel/x', '--input', '{"b":1,"a":2}'], args: [{ a: 2, b: 1 }] },
    { words: ['workflow', 'execute', '--name=cancel', '-wcancel/x', '-i', '1', '-i=2'], args: [1, 2] },
    { words: ['workflow', 'execute', '-w', 'cancel/x', '--type=cancel', '--input-file', file], args: [{ items: [] }] },
    { words: ['--color', 'never', 'workflow', 'start', '--type', 'cancel', '-w=cancel/x'], args: [] },
    { words: ['workflow', 'start', '--type', 'cancel', '-w', 'cancel/x', '-i', '"-w"'], args: ['-w'] },
  ];
  for (const { words, args } of forms) expect(of(words)).toEqual({ words: [...words, ...header(args)] });
  rmSync(folder, { recursive: true });
});

it('leaves alone what sends nothing, is not complete, or has a proof', () => {
  for (const line of [
    'workflow list',
    'workflow start --help',
    'workflow start -w x',
    'server start-dev',
    'workflow start --type a -w b --headers ringmaster-proof="x"',
    'workflow cancel -w x',
  ]) {
    expect(of(line.split(' '))).toEqual({ words: line.split(' ') });
  }
});

it('takes a signal over, because the CLI drops its headers', () => {
  expect(of(['workflow', 'signal', '-w', 'pipeline/p', '--name', 'run', '--input', '{"turns": 1}', '-o', 'json'])).toEqual({
    signal: { workflowId: 'pipeline/p', runId: undefined, name: 'run', args: [{ turns: 1 }] },
  });
});

it.each([
  ['workflow start --type cancel', /names none/],
  ['workflow start --type cancel -w x --input {', /cannot be read/],
  ['workflow start --type cancel -w x --input eA== --input-base64', /--input-base64/],
  ['workflow signal --name wake --query a', /names none/],
  ['workflow signal --name wake -w x --namespace other', /cannot follow --namespace/],
  ['workflow signal-with-start -w x', /sends no headers/],
])('refuses %s by name', (line, because) => {
  expect(() => of(line.split(' '))).toThrow(expect.objectContaining({ code: 'temporal.key-missing', message: expect.stringMatching(because) }));
});
