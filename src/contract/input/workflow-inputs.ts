/**
 * The check of every workflow's input. A workflow that is started with a bad input fails at once with `input.refused`. Without the check, its code
 * would throw while it reads the input, and Temporal would repeat that workflow task for ever. A workflow type without a row does not compile. The
 * check covers what the code reads. The activities check each name and digest before it becomes a part of a path.
 */
import { type WorkflowType, workflowTypes } from '../workflows.ts';
import { jobRef, syncRequest } from './activity-inputs.ts';
import { anything, daemonId, type InputCheck, fields, itemId, itemSpec, listOf, name, nodeId, optional, text, whole } from './check.ts';

const turn = { pipeline: name, turn: whole };
const stage = fields({ command: listOf(text) });
const pipelineConfig = fields({ name });
const tree = fields({ dataset: text, digest: text });
const model = fields({ id: text });

export const workflowInputs = {
  // The carried state of an entity has a version of its own, and `carried-state.ts` refuses a version that it does not know.
  dispatcher: anything,
  node: fields({ node: nodeId }),
  pipeline: fields({ config: pipelineConfig, nodes: listOf(text) }),
  generation: fields({ config: pipelineConfig, nodes: listOf(text), turn: whole }),
  job: fields({ job: jobRef, node: nodeId, slots: whole, spec: itemSpec }),
  sync: syncRequest,
  selfPlay: fields({ ...turn, games: whole, gamesPerItem: whole, stage, payload: tree, model }),
  gather: fields({ ...turn, windowTurns: whole }),
  train: fields({ ...turn, stage, payload: tree, set: fields({ name: text, sha256: text }), parent: model }),
  evaluate: fields({ ...turn, stage, payload: tree, candidate: model, champion: model }),
  promote: fields({ ...turn, candidate: text, champion: text }),
  distribute: fields({ ...turn, model, nodes: listOf(text) }),
  enqueue: fields({ items: listOf(anything) }),
  cancel: fields({ items: listOf(itemId), reason: text }),
  wishNode: fields({ node: text }),
  wishPipeline: fields({ pipeline: text }),
  steerDelivery: fields({ subscriber: text }),
  daemon: fields({ row: fields({ id: daemonId }) }),
  daemonManager: anything,
  wishDaemons: fields({ verb: text }),
  silenceAlerts: fields({ verb: text }),
  pauseCluster: fields({ verb: text }),
  notify: fields({ channel: text, test: optional(fields({ by: text })) }),
} as const satisfies Readonly<Record<WorkflowType, InputCheck>>;

/** Returns the faults of a workflow's input. Returns nothing for a good input, and nothing for a type that is not ours. */
export const workflowInputFaults = (type: string, input: unknown): readonly string[] =>
  (workflowTypes as readonly string[]).includes(type) ? workflowInputs[type as WorkflowType](input, '') : [];
