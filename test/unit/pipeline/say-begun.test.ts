/** The sentences about the payload and the keys of a turn: which digest replaced which, what the turn keeps, and which option changes that. */
import { expect, test } from 'vitest';
import type { BegunView } from '../../../src/domain/pipeline/view.ts';
import { sayBegun, sayRunAgain } from '../../../src/service/pipeline/say-begun.ts';

const digest = (letter: string): string => letter.repeat(64);
const [a, b] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'];
const begun = (over: Partial<BegunView> = {}): BegunView => ({ turn: 3, runs: 1, payloadDigest: digest('a'), kept: [], ...over });
const uses = `Turn 3 uses payload ${a}.`;

test.each<[string, Partial<BegunView>, readonly string[]]>([
  ['a turn that follows the file', {}, [uses]],
  ['a payload that replaced another', { replacedDigest: digest('b') }, [`Turn 3 uses payload ${a}, which replaced ${b}.`]],
  [
    'a folder that has changed since',
    { kept: ['payload'] },
    [
      uses,
      'The payload folder has changed since the turn began: the change holds from turn 4, or when you run the turn again after a failure or after `pipeline pause cf --now`.',
    ],
  ],
  [
    'keys that have changed since, as the cluster file writes them',
    { kept: ['gamesPerTurn', 'gamesPerItem', 'windowTurns', 'seed', 'gate'] },
    [
      uses,
      'Turn 3 keeps games.perTurn, games.perItem, games.windowTurns, seed, gate as they were when it began: the changes in the cluster file hold from turn 4.',
    ],
  ],
  [
    'stages that have changed since, with the option that takes them',
    { kept: ['payload', 'seed', 'train', 'selfPlay', 'evaluate'] },
    [
      uses,
      'The payload folder has changed since the turn began: the change holds from turn 4, or when you run the turn again after a failure or after `pipeline pause cf --now`.',
      'Turn 3 keeps seed, train, selfPlay, evaluate as they were when it began: the changes in the cluster file hold from turn 4.',
      'To take train, selfPlay, evaluate for turn 3 too: ringmaster pipeline run cf --take-stages',
    ],
  ],
])('says of a turn that began: %s', (_, over, sentences) => {
  expect(sayBegun('cf', begun(over))).toEqual(sentences);
});

test.each<[string, Partial<BegunView>, string]>([
  [
    'a mended payload',
    { payloadDigest: digest('b') },
    `Turn 3 runs again with payload ${b}, which replaces ${a}. Games that were accepted before stay.`,
  ],
  [
    'a payload that the verdict pins',
    { kept: ['payload'] },
    `Turn 3 keeps payload ${a}, because the verdict on its candidate is recorded. Another payload holds from turn 4: ringmaster pipeline run cf --skip-turn`,
  ],
  ['the same payload', {}, `Turn 3 runs again with the same payload, ${a}: its folder has not changed.`],
])('says of a turn that runs again: %s', (_, over, sentence) => {
  expect(sayRunAgain('cf', begun(), begun({ runs: 2, ...over }))).toBe(sentence);
});
