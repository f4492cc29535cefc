import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Machine } from '../../../src/transport/machine.ts';
import { until } from '../../support/eventually.ts';
import { growFile } from '../../support/growing-file.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { writeOnNode } from '../../support/write-on-node.ts';
import { coded } from './machine-harness.ts';

/** A copy of a folder with the files `still` and `log`. */
export interface GrowingCopy {
  readonly source: string;
  readonly copy: () => Promise<unknown>;
  /** Returns the file `log` of the version that is current at the destination. */
  readonly arrived: () => Promise<string>;
}

/**
 * A writer appends to `log` without a pause. A copy is refused with the name of the file, or brings what the file had at some moment: at a busy machine
 * the writer can rest for the time of a copy. When the writer has ended, the whole file arrives.
 */
export async function expectNoTornCopy({ source, copy, arrived }: GrowingCopy): Promise<void> {
  await copy();
  expect(await arrived()).toBe('line 0\n');
  const log = join(source, 'log');
  const versions: string[] = [];
  const stop = await growFile(log);
  try {
    const refusal = await until(async () => {
      const outcome: unknown = await rejectionOf(copy()).catch(() => undefined);
      versions.push(await arrived());
      return outcome;
    }, Boolean);
    expect(refusal).toEqual(coded('sync.source-changing'));
    expect((refusal as Error).message).toMatch(/: log$/);
  } finally {
    await stop();
  }
  const whole = readFileSync(log, 'utf8');
  expect(versions.every((text) => whole.startsWith(text))).toBe(true);
  await copy();
  expect((await arrived()) === whole, 'the whole file arrived').toBe(true);
}

const texts = { still: 'still', log: 'line 0\n' };

/** Makes a tree at home, and returns its copy to the node. */
export function growingPush(machine: Machine, source: string): GrowingCopy {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(source, name), text);
  return {
    source,
    copy: () => machine.copy({ type: 'push-tree', dataset: 'growing', from: source }),
    arrived: async () => (await machine.read('replicas/growing/current/log', { bytesMax: 1e9 })).toString(),
  };
}

/** Makes a dataset on a node with a folder on this machine, and returns its copy to the folder `to` at home. */
export async function growingPull(machine: Machine, to: string): Promise<GrowingCopy> {
  for (const [name, text] of Object.entries(texts)) await writeOnNode(machine, `datasets/growing/${name}`, text);
  const { stdout } = await machine.run({ argv: ['pwd'], timeoutMs: 20_000 });
  return {
    source: join(stdout.trim(), 'datasets/growing'),
    copy: () => machine.copy({ type: 'pull-tree', dataset: 'growing', to }),
    arrived: async () => readFileSync(join(to, 'current/log'), 'utf8'),
  };
}
