/**
 * Checks of sizes that add up. Each key alone is within its bounds, but together the values would be more than a work item, a workflow's history or one payload
 * of Temporal holds. Without these checks the first item of a stage would fail after an hour of self-play.
 */
import { utf8Bytes } from '../../base/utf8-bytes.ts';
import { itemSize } from '../../domain/item/item-size.ts';
import { clusterSlotsMax, evaluationBytesMax, nodeLabelsBytesMax, specFrameBytesMax } from '../../domain/limits.ts';
import { frameExtraBytes } from '../limits.ts';
import type { StageEntry } from '../schema/pipeline-entry.ts';
import { type ClusterFileCheck, eachStage, present } from './checked-file.ts';

const code = 'limits.setting-too-large' as const;

/** The bytes of an item of this stage without its request. Ringmaster adds its id, the payload, the inputs and the outputs. */
const frameBytes = ({ command, verify, env, labels }: StageEntry): number =>
  itemSize({ request: {}, command, verify, env, labels }).frameBytes + frameExtraBytes;

/** The command, the variables and the labels of a stage travel with each of its items. */
export const largeStages: ClusterFileCheck = (file) =>
  eachStage(file).flatMap(({ stage, path }) => {
    const bytes = frameBytes(stage);
    if (bytes <= specFrameBytesMax) return [];
    const parts = (['command', 'verify', 'env', 'labels'] as const).map((key) => ({ key, bytes: utf8Bytes(JSON.stringify(stage[key] ?? '')) }));
    const largest = parts.toSorted((a, b) => b.bytes - a.bytes)[0]?.key ?? 'command';
    return [
      {
        path: [...path, largest],
        what: `command, verify, env and labels make items of ${bytes} bytes and ${specFrameBytesMax} are allowed`,
        hint: 'a file in the payload folder for long arguments and variables',
        code,
      },
    ];
  });

/** All items of an evaluation stand in the history of one workflow. */
export const largeEvaluations: ClusterFileCheck = (file) =>
  present(file.pipelines).flatMap(({ entry: { evaluate, gate }, index }) => {
    const items = Math.ceil(gate.pairsMax / gate.pairsPerItem);
    const bytes = items * frameBytes(evaluate);
    if (bytes <= evaluationBytesMax) return [];
    const most = Math.max(1, Math.floor(evaluationBytesMax / frameBytes(evaluate)));
    return [
      {
        path: ['pipelines', index, 'gate', 'pairsPerItem'],
        also: [
          ['pipelines', index, 'gate', 'pairsMax'],
          ['pipelines', index, 'evaluate'],
        ],
        what: `${items} items of ${frameBytes(evaluate)} bytes are more than ${evaluationBytesMax} bytes, and one workflow watches them all`,
        hint: String(Math.ceil(gate.pairsMax / most)),
        code,
      },
    ];
  });

/** The dispatcher knows all open jobs of the cluster, and the sweep knows all nodes with their labels. */
export const largeCluster: ClusterFileCheck = (file) => {
  const nodes = present(file.nodes).map(({ entry }) => entry);
  const slots = nodes.reduce((sum, node) => sum + node.slots, 0);
  const labelBytes = nodes.reduce((sum, node) => sum + utf8Bytes(JSON.stringify(node.labels)), 0);
  return [
    ...(slots <= clusterSlotsMax
      ? []
      : [{ path: ['nodes'], what: `all nodes together have ${slots} slots and ${clusterSlotsMax} are allowed`, hint: 'fewer slots a node', code }]),
    ...(labelBytes <= nodeLabelsBytesMax
      ? []
      : [
          {
            path: ['nodes'],
            what: `the labels of all nodes together have ${labelBytes} bytes and ${nodeLabelsBytesMax} are allowed`,
            hint: 'fewer or shorter labels',
            code,
          },
        ]),
  ];
};
