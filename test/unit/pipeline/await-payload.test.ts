import { expect, test } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { payloadCheckMsMax, payloadCheckMsMin, payloadWaitMsMax } from '../../../src/domain/limits.ts';
import { decidePayloadWait } from '../../../src/domain/pipeline/await-payload.ts';

const missing = failureRecord('sync.source-missing', {
  cannot: 'copy dataset payload-cf',
  because: '/srv/cf does not exist',
  hint: { say: 'the folder' },
});

test('a turn waits for a payload that is missing, with longer and longer rests, and fails after a day', () => {
  const rest = (waitedMs: number) => decidePayloadWait(missing, waitedMs);
  expect(rest(0)).toEqual({
    type: 'wait',
    restMs: payloadCheckMsMin,
    detail: 'waits for its payload: Cannot copy dataset payload-cf because /srv/cf does not exist',
  });
  expect(rest(3_600_000)).toMatchObject({ restMs: 180_000 });
  expect(rest(payloadWaitMsMax - 1)).toMatchObject({ restMs: payloadCheckMsMax });
  expect(rest(payloadWaitMsMax)).toEqual({ type: 'fail' });
});

test('a payload that is refused fails its turn at once', () => {
  const refused = failureRecord('sync.tree-refused', { cannot: 'copy it', because: 'it has a pipe', hint: { say: 'remove it' } });
  expect(decidePayloadWait(refused, 0)).toEqual({ type: 'fail' });
});
