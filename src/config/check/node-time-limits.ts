import type { Fault } from '../fault/fault.ts';
import { lostMarginMs } from '../limits.ts';
import { formatDuration } from '../../base/duration.ts';
import { day, minute, second } from '../schema/key-types.ts';
import { type CheckedFile, type ClusterFileCheck, eachStage } from './checked-file.ts';

/** A silent node becomes suspect, then unreachable, then lost. So each of these limits must be longer than the one before it. */
export const unorderedLimits: ClusterFileCheck = (file) => {
  const { suspectAfter, unreachableAfter, lostAfter } = file.limits;
  const mended = mendedLimits(file);
  const isLostEarly = lostAfter <= Math.max(suspectAfter, unreachableAfter);
  const fault = (key: LimitKey, before: LimitKey, hint: string): Fault => ({
    path: ['limits', key],
    also: [['limits', before]],
    what: `${formatDuration(file.limits[key])} is not longer than ${before} (${formatDuration(file.limits[before])})`,
    hint,
  });
  const more = mendedTexts(file, isLostEarly ? ['suspectAfter'] : ['suspectAfter', 'lostAfter']);
  return [
    ...(unreachableAfter > suspectAfter
      ? []
      : [fault('unreachableAfter', 'suspectAfter', [formatDuration(mended.unreachableAfter), ...more].join(' and '))]),
    ...(isLostEarly
      ? [fault('lostAfter', lostAfter <= unreachableAfter ? 'unreachableAfter' : 'suspectAfter', formatDuration(mended.lostAfter))]
      : []),
  ];
};

/**
 * A node may be declared lost only after its jobs have ended themselves. Otherwise a second try of a job could run beside the first. The fault stands at
 * each `selfFence` of the file that is too long. It stands at `lostAfter` when the file has no such key.
 */
export const earlyLoss: ClusterFileCheck = (file) => {
  const { lostAfter } = file.limits;
  const [lost, margin] = [lostAfter, lostMarginMs].map(formatDuration);
  const late = eachStage(file).flatMap(({ stage: { selfFence }, path }) =>
    selfFence === 'none' || lostAfter > selfFence + lostMarginMs ? [] : [{ selfFence, path: [...path, 'selfFence'] }],
  );
  const enough = formatDuration(mendedLimits(file).lostAfter);
  const written = late.filter(({ path }) => file.has(path));
  if (late.length > 0 && written.length === 0) {
    const longest = formatDuration(Math.max(...late.map(({ selfFence }) => selfFence)));
    const what = `${lost} does not exceed the longest selfFence (${longest}) by more than ${margin}, so a job could run twice`;
    return [{ path: ['limits', 'lostAfter'], also: late.map(({ path }) => path), what, hint: enough }];
  }
  const half = (lostAfter - lostMarginMs) / 2;
  const shorter = half - (half % (half < 60_000 ? 1_000 : 60_000));
  return written.map(({ selfFence, path }) => ({
    path,
    also: [['limits', 'lostAfter']],
    what: `${formatDuration(selfFence)} plus ${margin} is not less than limits.lostAfter (${lost}), so a job could run twice`,
    hint: `${shorter < 1_000 ? '' : `${formatDuration(shorter)}, or `}limits.lostAfter: ${enough}`,
  }));
};

/** A node whose probe may last as long as its silence would be unreachable before the probe has ended. */
export const longProbes: ClusterFileCheck = (file) => {
  const { unreachableAfter } = file.limits;
  const longer = mendedTexts(file, ['unreachableAfter', 'suspectAfter', 'lostAfter']).join(' and ');
  return probesOf(file).flatMap(({ path, probe }) => {
    if (probe < unreachableAfter) return [];
    return [
      {
        path,
        what: `${formatDuration(probe)} is not shorter than unreachableAfter (${formatDuration(unreachableAfter)}) of limits`,
        hint: `${longer} in limits, or a shorter probe`,
      },
    ];
  });
};

type LimitKey = 'suspectAfter' | 'unreachableAfter' | 'lostAfter';

/** Returns `key: value` for each of the keys whose mended value is another one. */
const mendedTexts = (file: CheckedFile, keys: readonly LimitKey[]): readonly string[] => {
  const mended = mendedLimits(file);
  return keys.filter((key) => mended[key] !== file.limits[key]).map((key) => `${key}: ${formatDuration(mended[key])}`);
};

/** Returns limits that fit each other, the probes and the self-fences. A limit that fits already stays as it is. */
function mendedLimits(file: CheckedFile): Readonly<Record<LimitKey, number>> {
  const { limits } = file;
  const suspectAfter = limits.suspectAfter < day ? limits.suspectAfter : day / 3;
  const least = Math.max(suspectAfter, ...probesOf(file).map(({ probe }) => probe));
  const unreachableAfter =
    limits.unreachableAfter > Math.max(least, limits.suspectAfter) ? limits.unreachableAfter : longerThan(least, limits.lostAfter);
  const fences = eachStage(file).flatMap(({ stage: { selfFence } }) => (selfFence === 'none' ? [] : [selfFence]));
  const fenced = Math.max(0, ...fences) + lostMarginMs;
  const isLate = limits.lostAfter > unreachableAfter && (fences.length === 0 || limits.lostAfter > fenced);
  return { suspectAfter, unreachableAfter, lostAfter: isLate ? limits.lostAfter : Math.max(unreachableAfter * 3, fenced * 2) };
}

/** Returns three times the duration, or a duration between it and `lostAfter` when that leaves less room. `unreachableAfter` is at most a day. */
function longerThan(least: number, lostAfter: number): number {
  const triple = Math.min(least * 3, day);
  if (triple < lostAfter || lostAfter <= least) return triple;
  const half = (least + lostAfter) / 2;
  return [60 * minute, minute, second].map((unit) => half - (half % unit)).find((rounded) => rounded > least) ?? triple;
}

const probesOf = ({ limits, nodes }: CheckedFile): readonly { readonly path: Fault['path']; readonly probe: number }[] =>
  [
    { path: ['limits', 'probe'], probe: limits.probe },
    ...nodes.map((node, index) => ({ path: ['nodes', index, 'limits', 'probe'], probe: node?.limits?.probe })),
  ].flatMap(({ path, probe }) => (probe === undefined ? [] : [{ path, probe }]));
