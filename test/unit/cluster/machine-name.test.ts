import { describe, expect, it } from 'vitest';
import { compareMachines, type MachineEvidence, machineName } from '../../../src/domain/cluster/machine-name.ts';

const id = '3d1219c7c4c5404aaa1f6d2a48adfda4';
const disk: MachineEvidence = { env: {}, hasContainerFile: false, id: `${id}\n`, fileSystem: 0xef53 };

describe('the name of a machine', () => {
  it.each<readonly [string, Partial<MachineEvidence>, string]>([
    ['an id on a disk', {}, id],
    ['no id', { id: '' }, '-'],
    ['an id that systemd has not made yet', { id: 'uninitialized\n' }, '-'],
    ['a container with its file', { hasContainerFile: true }, '-'],
    ['a pod of Kubernetes, where containerd leaves no file', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, '-'],
    ['a container that says so in its environment', { env: { container: 'lxc' } }, '-'],
    ['an id in memory, which systemd makes at each start of a machine with a read-only root', { fileSystem: 0x01021994 }, '-'],
    ['an id in an overlay, as in a container or a live system', { fileSystem: 0x794c7630 }, '-'],
    ['an id in a read-only image', { fileSystem: 0x73717368 }, '-'],
    ['a name that a person gave', { env: { RINGMASTER_MACHINE: ' lab-0 ' } }, 'name:lab-0'],
    ['a name that a person gave to a container', { env: { RINGMASTER_MACHINE: 'lab-0' }, hasContainerFile: true }, 'name:lab-0'],
    ['an empty name', { env: { RINGMASTER_MACHINE: ' ' } }, id],
  ])('%s', (_, part, name) => expect(machineName({ ...disk, ...part })).toBe(name));

  it.each<readonly [string, string, ReturnType<typeof compareMachines>]>([
    [id, id, 'same'],
    [id, 'a'.repeat(32), 'other'],
    ['name:a', 'name:a', 'same'],
    ['name:a', 'name:b', 'other'],
    ['name:a', id, 'unknown'],
    [id, 'name:a', 'unknown'],
    ['-', id, 'unknown'],
    ['name:a', '-', 'unknown'],
    ['-', '-', 'unknown'],
  ])('%s and %s', (made, now, same) => expect(compareMachines(made, now)).toBe(same));
});
