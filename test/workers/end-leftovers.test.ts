import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { environmentOf } from '../../src/process/proc.ts';
import { until } from '../../src/system/until.ts';
import { endLeftovers } from '../../workers/gateway/end-leftovers.ts';
import { isAlive } from '../support/processes.ts';
import { ownerNamed } from '../support/owner-named.ts';

const sleeper = (mark: string, state: string) => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: { ...process.env, RINGMASTER_MARK: mark, RINGMASTER_STATE: state } });
  return { child, pid: child.pid ?? 0 };
};

it('ends what a killed gateway of this state folder left running, and nothing else', async () => {
  const left = sleeper('end-left/launcher/gateway', '/state/one');
  const others = [
    sleeper('end-left/launcher/control', '/state/one'),
    sleeper('end-left/launcher/gateway', '/state/two'),
    sleeper('end-left/gateway/1', '/state/one'),
  ];
  try {
    // The kernel shows the environment of a new program only a moment after the program has started.
    for (const { pid } of [left, ...others]) expect(await until(10_000, () => environmentOf(pid).has('RINGMASTER_MARK'))).toBe(true);
    const gone = once(left.child, 'exit');
    expect(await endLeftovers('/state/one', ownerNamed('end-left'))).toBe(1);
    expect(await gone).toEqual([null, 'SIGKILL']);
    expect(others.map(({ pid }) => isAlive(pid))).toEqual([true, true, true]);
  } finally {
    for (const { child } of others) child.kill('SIGKILL');
  }
});
