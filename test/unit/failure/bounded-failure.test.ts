import { describe, expect, it } from 'vitest';
import { payloadBytes, payloadBytesMax, payloadFault } from '../../../src/contract/payload-limit.ts';
import { summaryOf } from '../../../src/contract/workflows.ts';
import { boundedFailure } from '../../../src/domain/failure/bounded-failure.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';

const mebibyte = 'x'.repeat(1_024 * 1_024);

describe('a failure that quotes without end', () => {
  it('keeps its beginning and its end, and fits into a payload many times', () => {
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`f${k}`, mebibyte]));
    const hint = { say: mebibyte };
    const chain = Array.from({ length: 100 }, () => mebibyte);
    const failure = boundedFailure(failureRecord('job.exit-code', { cannot: 'go on', because: `${mebibyte}the end`, hint, fields }, chain));
    expect(failure.message).toMatch(/^Cannot go on because x/);
    expect(failure.message).toMatch(/the end$/);
    expect(payloadBytes(failure)).toBeLessThan(payloadBytesMax / 2);
  });

  it('of the usual size is not changed', () => {
    const failure = failureRecord('job.exit-code', { cannot: 'go on', because: 'of that', hint: { run: 'ringmaster status' }, fields: { n: 1 } }, [
      'a',
    ]);
    expect(boundedFailure(failure)).toEqual(failure);
  });
});

describe('a payload', () => {
  it('is measured in bytes of UTF-8', () => {
    expect(payloadBytes('é'.repeat(1_000_000))).toBe(2_000_002);
    expect(payloadBytes('漢'.repeat(1_000_000))).toBe(3_000_002);
    expect(payloadBytes('😀'.repeat(1_000_000))).toBe(4_000_002);
  });

  it('that is too large is refused with its size, and a smaller one is not', () => {
    expect(payloadFault('send it', 'x'.repeat(payloadBytesMax - 2))).toBeUndefined();
    expect(payloadFault('send it', 'x'.repeat(payloadBytesMax - 1))).toMatchObject({
      code: 'limits.payload-too-large',
      class: 'configuration',
      fields: { bytes: payloadBytesMax + 1, bytesMax: payloadBytesMax },
    });
    expect(payloadFault('send nothing', undefined)).toBeUndefined();
  });
});

it.each(['a', 'é', '漢', '😀', '"'])('a summary of many %s is cut to what Temporal takes, between two characters', (character) => {
  const summary = summaryOf(character.repeat(500));
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(400);
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeGreaterThan(370);
  expect(Buffer.from(summary).toString('utf8')).toBe(summary);
});
