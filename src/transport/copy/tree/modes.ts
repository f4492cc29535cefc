import type { TreeKind } from './tree-entry.ts';

/** The rights of a version, as `chmod` reads them. A file that may be executed is executable for everyone who may read it. */
export interface Rights {
  readonly text: string;
  readonly plain: number;
  readonly executable: number;
}

/** A version on a node, and a snapshot of a payload. A container that runs as another user can read it, if the folder around it lets it in. */
export const sharedRights: Rights = { text: 'u=rwX,go=rX', plain: 0o644, executable: 0o755 };

/** A dataset that was pulled home, as the programs of jobs write it. */
export const privateRights: Rights = { text: 'u=rwX,go=', plain: 0o600, executable: 0o700 };

export const modeOf = ({ plain, executable }: Rights, kind: TreeKind): number => (kind === 'file' ? plain : executable);
