/**
 * Checks for faults that a single key cannot have: names and ports that repeat, limits that contradict each other, labels and slots that no node has,
 * and folders that do not exist. The checks look at the disk and change nothing.
 */
import type { CheckedFile, ClusterFileCheck } from './check/checked-file.ts';
import { homelessDaemons, impossibleHealth, reservedPipelines, unmetNeeds } from './check/daemon-entries.ts';
import { unclearChannels } from './check/alert-channels.ts';
import { diskOf, type DiskCheck, missingDatasets, missingKeys, missingPayloads } from './check/disk-faults.ts';
import { unsafeState } from './check/state-folder-faults.ts';
import { treesWithOurFolders } from './check/tree-faults.ts';
import { feedbackBounds } from './check/feedback-bounds.ts';
import { keptDatasets, reservedDatasets } from './check/kept-datasets.ts';
import { earlyLoss, longProbes, unorderedLimits } from './check/node-time-limits.ts';
import { unclearConnections, unclearHosts, unmetRequests } from './check/node-requests.ts';
import { impossibleNumbers } from './check/pipeline-numbers.ts';
import { repeatedPlaces } from './check/repeated-places.ts';
import { repeatedNames, repeatedPorts } from './check/repeated-values.ts';
import { serverWords } from './check/server-words.ts';
import { largeCluster, largeEvaluations, largeStages } from './check/sizes.ts';
import { reservedVariables, secretShellVariables, silenceBeyondRun } from './check/stage-values.ts';
import type { Fault } from './fault/fault.ts';
import type { ResolvePath } from './resolve-path.ts';

const checks: readonly ClusterFileCheck[] = [
  repeatedNames,
  repeatedPorts,
  unclearConnections,
  unclearHosts,
  unorderedLimits,
  earlyLoss,
  longProbes,
  silenceBeyondRun,
  unmetRequests,
  keptDatasets,
  reservedDatasets,
  impossibleNumbers,
  feedbackBounds,
  reservedVariables,
  secretShellVariables,
  serverWords,
  homelessDaemons,
  unmetNeeds,
  impossibleHealth,
  reservedPipelines,
  unclearChannels,
  largeStages,
  largeEvaluations,
  largeCluster,
];

const diskChecks: readonly DiskCheck[] = [unsafeState, treesWithOurFolders, repeatedPlaces, missingPayloads, missingDatasets, missingKeys];

/** Returns all faults that the checks find. */
export function checkCluster(file: CheckedFile, resolve: ResolvePath): readonly Fault[] {
  const disk = diskOf(resolve);
  return [...checks.flatMap((check) => check(file)), ...diskChecks.flatMap((check) => check(file, disk))];
}
