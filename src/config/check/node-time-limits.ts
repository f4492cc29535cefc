import { lostMarginMs } from '../limits.ts';
import { formatDuration } from '../schema/duration.ts';
import { type ClusterFileCheck, eachStage } from './checked-file.ts';

/** A silent node becomes suspect, then unreachable, then lost. So each of these limits must be longer than the one before it. */
export const unorderedLimits: ClusterFileCheck = ({ limits }) => {
  const steps = [
    ['suspectAfter', 'unreachableAfter'],
    ['unreachableAfter', 'lostAfter'],
  ] as const;
  return steps.flatMap(([before, key]) => {
    if (limits[key] > limits[before]) return [];
    return [
      {
        path: ['limits', key],
        what: `${formatDuration(limits[key])} is not longer than ${before} (${formatDuration(limits[before])})`,
        hint: formatDuration(limits[before] * 3),
      },
    ];
  });
};

/** A node may be declared lost only after its jobs have ended themselves. Otherwise a second try of a job could run beside the first. */
export const earlyLoss: ClusterFileCheck = (file) => {
  const longest = Math.max(0, ...eachStage(file).map(({ stage }) => (stage.selfFence === 'none' ? 0 : stage.selfFence)));
  if (longest === 0 || file.limits.lostAfter > longest + lostMarginMs) return [];
  const [lost, fence, margin, suggestion] = [file.limits.lostAfter, longest, lostMarginMs, (longest + lostMarginMs) * 2].map(formatDuration);
  return [
    {
      path: ['limits', 'lostAfter'],
      what: `${lost} does not exceed the longest selfFence (${fence}) by more than ${margin}, so a job could run twice`,
      hint: String(suggestion),
    },
  ];
};
