import type { ModelRef } from '../../src/domain/model/model.ts';
import type { InputRef } from '../../src/domain/item/work-item.ts';

/** Returns the model as the input file of a job. The random player has no file. */
export const modelInput = (name: string, { sha256, bytes }: ModelRef): InputRef[] =>
  sha256 === undefined ? [] : [{ name, sha256, bytes: bytes ?? 0 }];
