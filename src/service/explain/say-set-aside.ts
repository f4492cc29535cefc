import type { SetAsideFile } from '../../domain/game/set-aside.ts';

/** Returns what happened to the games of a file that was set aside. */
export function setAsideFate({ item, replacedBy }: SetAsideFile): string {
  if (replacedBy === undefined) return 'not replaced';
  return replacedBy === item ? 'good bytes came later' : `replaced by ${replacedBy}`;
}

export const saySetAside = (file: SetAsideFile): string => `The games of ${file.item} were set aside as damaged (${setAsideFate(file)}).`;
