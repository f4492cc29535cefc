import type { ModelRef } from '../../src/domain/model/model.ts';
import type { InputRef } from '../../src/domain/item/work-item.ts';

/** A model as a job's input file; none for the random player. */
export const modelInput = (name: string, { sha256, bytes }: ModelRef): InputRef[] =>
  sha256 === undefined ? [] : [{ name, sha256, bytes: bytes ?? 0 }];
