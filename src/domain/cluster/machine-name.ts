/**
 * The name by which a machine is known again. The first row that fits gives the name.
 *
 * | the machine                                                                                 | name             |
 * |---------------------------------------------------------------------------------------------|------------------|
 * | RINGMASTER_MACHINE is set                                                                   | `name:` and it   |
 * | a container: the id belongs to an image, or is made at each start                           | `-`              |
 * | the id is on a file system of an image or in memory: all such machines have it, or one start | `-`              |
 * | /etc/machine-id has an id                                                                   | the id           |
 * | anything else                                                                               | `-`              |
 *
 * A given name and an id cannot be compared, and neither can `-` and anything else.
 */
export interface MachineEvidence {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when a container program has left its file. */
  readonly hasContainerFile: boolean;
  /** The text of /etc/machine-id. */
  readonly id: string;
  /** The magic number of the file system on which /etc/machine-id is (`statfs`). */
  readonly fileSystem: number;
}

export const machineVariable = 'RINGMASTER_MACHINE';
const unknown = '-';
const given = 'name:';

/** File systems of an image, and those in memory: tmpfs, ramfs, overlay, squashfs, erofs, ISO 9660. */
const passingFileSystems: readonly number[] = [0x01_02_19_94, 0x85_84_58_f6, 0x79_4c_76_30, 0x73_71_73_68, 0xe0_f5_e1_e2, 0x96_60];

/** Variables of containers. No container program leaves a file in each of them, and containerd leaves none. */
const containerVariables = ['container', 'KUBERNETES_SERVICE_HOST'];

export function machineName({ env, hasContainerFile, id, fileSystem }: MachineEvidence): string {
  const name = env[machineVariable]?.trim();
  if (name) return `${given}${name}`;
  if (hasContainerFile || containerVariables.some((variable) => env[variable])) return unknown;
  if (passingFileSystems.includes(fileSystem)) return unknown;
  return /^[0-9a-f]{32}$/.test(id.trim()) ? id.trim() : unknown;
}

/** Returns true for a name that a person gave. */
export const isGivenName = (name: string): boolean => name.startsWith(given);

/** Returns `unknown` when the two names cannot be compared. */
export function compareMachines(made: string, here: string): 'same' | 'other' | 'unknown' {
  if (made === unknown || here === unknown || isGivenName(made) !== isGivenName(here)) return 'unknown';
  return made === here ? 'same' : 'other';
}
