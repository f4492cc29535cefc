import { describe, expect, test } from 'vitest';
import { awkwardWords } from '../../support/awkward-words.ts';
import { type MachineHarness, coded } from './machine-harness.ts';

export function runConformance(harness: MachineHarness): void {
  describe('run', () => {
    test('passes every argument as it is', async () => {
      const { code, stdout } = await harness.machine.run({ argv: ['printf', '[%s]', ...awkwardWords], timeoutMs: 20_000 });
      expect(stdout).toBe(awkwardWords.map((word) => `[${word}]`).join(''));
      expect(code).toBe(0);
    });

    test('passes standard input as it is', async () => {
      const stdin = Buffer.from(awkwardWords.join('\n'));
      expect(await harness.machine.run({ argv: ['cat'], stdin, timeoutMs: 20_000 })).toMatchObject({
        code: 0,
        stdout: stdin.toString(),
        truncated: false,
      });
    });

    test('returns the exit code of a program that fails', async () => {
      expect(await harness.machine.run({ argv: ['false'], timeoutMs: 20_000 })).toMatchObject({ code: 1, signal: null });
    });

    test('cuts an output that is longer than the limit and reports it', async () => {
      const { stdout, truncated } = await harness.machine.run({
        argv: ['cat'],
        stdin: 'x'.repeat(300_000),
        outputBytesMax: 1_000,
        timeoutMs: 20_000,
      });
      expect(stdout).toBe('x'.repeat(1_000));
      expect(truncated).toBe(true);
    });

    test('an output exactly as long as the limit is not cut', async () => {
      expect(await harness.machine.run({ argv: ['cat'], stdin: 'x'.repeat(1_000), outputBytesMax: 1_000, timeoutMs: 20_000 })).toMatchObject({
        stdout: 'x'.repeat(1_000),
        truncated: false,
      });
    });

    test('fails with transport.timeout at the limit', async () => {
      await expect(harness.machine.run({ argv: ['sleep', '30'], timeoutMs: 300 })).rejects.toEqual(coded('transport.timeout'));
    });

    test('fails with transport.cancelled when the caller aborts', async () => {
      const caller = new AbortController();
      const running = harness.machine.run({ argv: ['sleep', '30'], timeoutMs: 20_000, signal: caller.signal });
      setTimeout(() => caller.abort(), 200);
      await expect(running).rejects.toEqual(coded('transport.cancelled'));
    });

    test('does not begin when the caller has aborted already', async () => {
      await expect(harness.machine.run({ argv: ['sleep', '10'], timeoutMs: 20_000, signal: AbortSignal.abort() })).rejects.toEqual(
        coded('transport.cancelled'),
      );
    });

    test('works again after a timeout and an abort', async () => {
      expect(await harness.machine.run({ argv: ['printf', '[%s]', 'x'], timeoutMs: 20_000 })).toMatchObject({ stdout: '[x]' });
    });
  });

  describe('read', () => {
    test('returns a file, whole and in part', async () => {
      const data = Buffer.from([0, 1, 255, 10, 13, 0, 200]);
      await harness.fixture.writeFile('notes/deep/er/a b', data);
      expect(await harness.machine.read('notes/deep/er/a b', { bytesMax: 100 })).toEqual(data);
      expect(await harness.machine.read('notes/deep/er/a b', { offset: 2, bytesMax: 3 })).toEqual(data.subarray(2, 5));
      expect(await harness.machine.read('notes/deep/er/a b', { offset: -2, bytesMax: 100 })).toEqual(data.subarray(5));
    });

    test('a file that is not there is transport.command', async () => {
      await expect(harness.machine.read('notes/nowhere', { bytesMax: 10 })).rejects.toEqual(coded('transport.command'));
    });
  });

  test('probe returns the state of the machine', async () => {
    const { bootId, diskFreeBytes, workerAlive } = await harness.machine.probe();
    expect(bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(diskFreeBytes).toBeGreaterThan(0);
    expect(workerAlive).toBe(false);
  });
}
