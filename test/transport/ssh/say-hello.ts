import type { Machine } from '../../../src/transport/machine.ts';
import { until } from '../../support/eventually.ts';

export const hello = async (machine: Machine): Promise<string> => (await machine.run({ argv: ['printf', 'hello'], timeoutMs: 20_000 })).stdout;

/** Asks again until the machine replies. After a failed connect the machine connects again only after a pause. */
export const again = (machine: Machine): Promise<string> =>
  until(
    () => hello(machine).catch(() => ''),
    (text) => text === 'hello',
    30_000,
  );
