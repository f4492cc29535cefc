/** Tests that the hint for a wrong value is what a person most likely meant. */
import { describe, expect, test } from 'vitest';
import { meantDuration } from '../../../src/base/meant/meant-duration.ts';
import { meantLabel, meantName } from '../../../src/base/meant/meant-name.ts';
import { meantNumber } from '../../../src/base/meant/meant-number.ts';
import { meantSize } from '../../../src/base/meant/meant-size.ts';
import { meantNever, meantTruth } from '../../../src/base/meant/meant-truth.ts';
import { meantWords } from '../../../src/base/meant/meant-words.ts';
import { yamlText } from '../../../src/base/meant/yaml-text.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('durations', () => {
  test.each([
    ['5 minutes', 5 * minute],
    ['5minutes', 5 * minute],
    ['5 min.', 5 * minute],
    ['5 Minuten', 5 * minute],
    ['5 minutos', 5 * minute],
    ['5 минут', 5 * minute],
    ['5 分', 5 * minute],
    ['5M', 5 * minute],
    ['PT5M', 5 * minute],
    ['P1DT2H', day + 2 * hour],
    ['1h30m', 90 * minute],
    ['1 hour and 30 minutes', 90 * minute],
    ['1 Stunde, 30 Minuten', 90 * minute],
    ['1,5 Stunden', 90 * minute],
    ['1.5 hrs', 90 * minute],
    ['half an hour', 30 * minute],
    ['an hour', hour],
    ['30 Sekunden', 30 * second],
    ['30 segundos', 30 * second],
    ['30 sec', 30 * second],
    ['1_000 ms', second],
    ['500 Millisekunden', 500],
    ['2 heures', 2 * hour],
    ['2 horas', 2 * hour],
    ['3 jours', 3 * day],
    ['3 días', 3 * day],
    ['3 Tage', 3 * day],
    ['3 дня', 3 * day],
    ['7 дней', 7 * day],
    ['3天', 3 * day],
    ['2時間', 2 * hour],
    ['1 week', 7 * day],
    ['1 Woche', 7 * day],
    ['2 semaines', 14 * day],
    ['soon', undefined],
    ['5 parsecs', undefined],
    ['', undefined],
    ['5', undefined],
  ])('%j', (text, ms) => {
    expect(meantDuration(text)).toBe(ms);
  });
});

test.each([
  ['64 MB', 64 * 1024 ** 2],
  ['64M', 64 * 1024 ** 2],
  ['64mib', 64 * 1024 ** 2],
  ['64 Mo', 64 * 1024 ** 2],
  ['64 megabytes', 64 * 1024 ** 2],
  ['1,5 GiB', 1.5 * 1024 ** 3],
  ['512k', 512 * 1024],
  ['65536', 65_536],
  ['65,536 bytes', 65_536],
  ['1 TB', 1024 ** 4],
  ['big', undefined],
])('size %j', (text, bytes) => {
  expect(meantSize(text)).toBe(bytes);
});

test.each([
  ['10,000', 10_000],
  ['10.000', 10_000],
  ['10 000', 10_000],
  ['10\u202F000', 10_000],
  ["10'000", 10_000],
  ['10_000', 10_000],
  ['1.000.000', 1_000_000],
  ['10k', 10_000],
  ['1.5M', 1_500_000],
  ['2', 2],
  ['1e3', 1_000],
  ['many', undefined],
])('number %j', (text, number) => {
  expect(meantNumber(text)).toBe(number);
});

test('a fraction has a comma in many languages, and per cent are hundredths', () => {
  expect(['0,5', '0,250', '50%', '0.1'].map((text) => meantNumber(text, { fraction: true }))).toEqual([0.5, 0.25, 0.5, 0.1]);
});

test('names, labels, truth and never', () => {
  expect(['My Lab', 'my_lab', 'Größe 1', '  -x- ', 'Ünïcode', '日本', 'a'.repeat(70)].map((text) => meantName(text, 40))).toEqual([
    'my-lab',
    'my-lab',
    'grosse-1',
    'x',
    'unicode',
    undefined,
    'a'.repeat(40),
  ]);
  expect(['big gpu', 'gpu: A100', 'RTX 4090!', '_x'].map((text) => meantLabel(text, 63))).toEqual(['big-gpu', 'gpu=A100', 'RTX-4090', 'x']);
  expect(['yes', 'On', 'ja', '1', 'no', 'OFF', 'nein', '0', 'maybe'].map(meantTruth)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    undefined,
  ]);
  expect(['never', 'None', 'off', '~', '5m'].map(meantNever)).toEqual([true, true, true, true, false]);
});

test.each([
  ['node run.js', ['node', 'run.js']],
  ['node "{payload}/a b.js" --x=\'1 2\'', ['node', '{payload}/a b.js', '--x=1 2']],
  ['python -m x.y  --z', ['python', '-m', 'x.y', '--z']],
  ['node run.js > out', ['sh', '-c', 'node run.js > out']],
  ['a && b', ['sh', '-c', 'a && b']],
  ['echo $HOME', ['sh', '-c', 'echo $HOME']],
  ['A=1 node x', ['sh', '-c', 'A=1 node x']],
  ['ls *.js', ['sh', '-c', 'ls *.js']],
  ['node "a', ['node', 'a']],
  ['say it\\ now', ['sh', '-c', 'say it\\ now']],
])('the words of %j', (line, words) => {
  expect(meantWords(line)).toEqual(words);
});

test('a value as YAML has quotes exactly where it needs them', () => {
  expect(yamlText(['node', '{payload}/x.js', '--flag', '3.10', 'a: b', 'on', '', 'true', { id: 'a', ports: [1, 2] }])).toBe(
    '[node, "{payload}/x.js", --flag, "3.10", "a: b", on, "", "true", { id: a, ports: [1, 2] }]',
  );
});
