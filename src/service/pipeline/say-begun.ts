import type { BegunView } from '../../domain/pipeline/view.ts';

const short = (digest: string): string => digest.slice(0, 12);
/** The keys of the cluster file by the names of the record: `gamesPerTurn` is `games.perTurn` there. */
const writtenAs: Readonly<Record<string, string>> = {
  gamesPerTurn: 'games.perTurn',
  gamesPerItem: 'games.perItem',
  windowTurns: 'games.windowTurns',
};
const stageNames: ReadonlySet<string> = new Set(['selfPlay', 'train', 'evaluate']);

/** Returns sentences about the payload of a turn, and about the keys of the cluster file that the turn does not follow. */
export function sayBegun(pipeline: string, { turn, payloadDigest, replacedDigest, kept }: BegunView): string[] {
  const replaced = replacedDigest === undefined ? '' : `, which replaced ${short(replacedDigest)}`;
  const keys = kept.filter((key) => key !== 'payload').map((key) => writtenAs[key] ?? key);
  const stages = keys.filter((key) => stageNames.has(key));
  return [
    `Turn ${turn} uses payload ${short(payloadDigest)}${replaced}.`,
    ...(kept.includes('payload')
      ? [
          `The payload folder has changed since the turn began: the change holds from turn ${turn + 1}, or when you run the turn again after a failure or after \`pipeline pause ${pipeline} --now\`.`,
        ]
      : []),
    ...(keys.length === 0
      ? []
      : [`Turn ${turn} keeps ${keys.join(', ')} as they were when it began: the changes in the cluster file hold from turn ${turn + 1}.`]),
    ...(stages.length === 0 ? [] : [`To take ${stages.join(', ')} for turn ${turn} too: ringmaster pipeline run ${pipeline} --take-stages`]),
  ];
}

/** Returns the sentence about the payload of a turn that was run again. `before` is the turn before that. */
export function sayRunAgain(pipeline: string, before: BegunView, after: BegunView): string {
  if (after.payloadDigest !== before.payloadDigest)
    return `Turn ${after.turn} runs again with payload ${short(after.payloadDigest)}, which replaces ${short(before.payloadDigest)}. Games that were accepted before stay.`;
  if (after.kept.includes('payload'))
    return `Turn ${after.turn} keeps payload ${short(after.payloadDigest)}, because the verdict on its candidate is recorded. Another payload holds from turn ${after.turn + 1}: ringmaster pipeline run ${pipeline} --skip-turn`;
  return `Turn ${after.turn} runs again with the same payload, ${short(after.payloadDigest)}: its folder has not changed.`;
}
