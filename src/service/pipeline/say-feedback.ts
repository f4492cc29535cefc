import type { FeedbackView, SteeredKey } from '../../domain/pipeline/feedback.ts';

const names: Readonly<Record<SteeredKey, string>> = {
  exploration: 'The exploration',
  gamesPerTurn: 'The number of games of a turn',
  intensity: 'The intensity of the training',
};

/** Returns a sentence for each value that follows the results of the turns. */
export const sayFeedback = (values: readonly FeedbackView[] = []): string[] =>
  values.map(({ key, value, min, max, turn, reason }) => {
    const why = turn === undefined ? 'no result has changed it' : `set after turn ${turn}, because ${reason ?? 'of its result'}`;
    return `${names[key]} is ${value} (${min} to ${max}): ${why}.`;
  });
