import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { awkwardName } from '../support/awkward-words.ts';
import { leaksOf, ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import type { MachineFixture } from './conformance/machine-harness.ts';
import { realFixture } from './conformance/real-fixture.ts';
import { describeMachines } from './machine-conformance.ts';
import { endProcesses } from '../support/processes.ts';
import { ScriptedNode } from './scripted/scripted-node.ts';
import { scriptedMachine } from './scripted-machine.ts';
import { ownerNamed } from '../support/owner-named.ts';

ownTemporaryFolder();

const local = async () => {
  const root = mkdtempSync(join(tmpdir(), 'local-'));
  const cluster = `local-${process.pid}`;
  const open = () => openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder: join(root, 'node'), connect: { type: 'local' } });
  const remove = async (): Promise<readonly string[]> => {
    const leaks = await leaksOf(cluster);
    await endProcesses(({ mark }) => mark.startsWith(`${cluster}/`));
    rmSync(root, { recursive: true, force: true });
    return leaks;
  };
  return realFixture(open, remove);
};

const awkward = async () => {
  const root = join(tmpdir(), awkwardName);
  mkdirSync(root);
  chmodSync(root, 0o755);
  const host = await PracticeHost.start('a', root);
  expect(host.node.home).toContain(awkwardName);
  return realFixture(
    () => host.machine(),
    () => host.remove(),
  );
};

const scripted = async (): Promise<MachineFixture> => {
  const node = new ScriptedNode('scripted');
  const open = () => scriptedMachine(node);
  return {
    machine: open(),
    another: open,
    writeFile: async (path, data) => void node.files.set(path, Buffer.from(data)),
    killWithoutRecord: async (job) => node.lose(job),
    hasProcesses: false,
    close: async () => undefined,
    remove: async () => [],
  };
};

describeMachines({ local, 'ssh, with a home at an awkward path,': awkward, scripted });
