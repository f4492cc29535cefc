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
        also: [['limits', before]],
        what: `${formatDuration(limits[key])} is not longer than ${before} (${formatDuration(limits[before])})`,
        hint: formatDuration(limits[before] * 3),
      },
    ];
  });
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
  const enough = formatDuration((Math.max(0, ...late.map(({ selfFence }) => selfFence)) + lostMarginMs) * 2);
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
export const longProbes: ClusterFileCheck = ({ limits, nodes }) => {
  const probes = [
    { path: ['limits', 'probe'], probe: limits.probe },
    ...nodes.map((node, index) => ({ path: ['nodes', index, 'limits', 'probe'], probe: node?.limits?.probe })),
  ];
  return probes.flatMap(({ path, probe }) => {
    if (probe === undefined || probe < limits.unreachableAfter) return [];
    return [
      {
        path,
        what: `${formatDuration(probe)} is not shorter than unreachableAfter (${formatDuration(limits.unreachableAfter)}) of limits`,
        hint: `unreachableAfter: ${formatDuration(probe * 3)} in limits, or a shorter probe`,
      },
    ];
  });
};
