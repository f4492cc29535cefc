import type { SyncView } from '../../domain/dataset/sync.ts';
import { ago, bytes } from '../../service/say.ts';
import { styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export function syncLines(syncs: readonly SyncView[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (syncs.length === 0) return ['no syncs yet'];
  return table(
    [
      { head: 'DATASET' },
      { head: 'FROM' },
      { head: 'TO' },
      { head: 'STATE' },
      { head: 'AGE' },
      { head: 'TOOK' },
      { head: 'FILES', align: 'right' },
      { head: 'BYTES', align: 'right' },
      { head: wide ? 'DIGEST' : 'FAILURE' },
    ],
    syncs.map((one) => [
      one.dataset,
      one.source,
      one.target,
      { text: one.state, style: styleOfState(one.state) },
      ago(nowMs - Date.parse(one.timestamp)),
      ago(one.durationMs),
      one.files,
      bytes(one.bytes),
      one.failure === undefined ? (wide ? one.digest : '') : { text: wide ? sentenceOf(one.failure) : one.failure.code, style: 'bad' },
    ]),
    colour,
  );
}
