import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { isFailureCode } from '../../domain/failure/table.ts';
import { workflowIds } from '../../contract/workflows.ts';
import { jobWorkflowId } from '../../domain/ids.ts';
import type { ExplainFacts, ExplainReads } from './explain-facts.ts';
import { explainCode } from './explain-failure.ts';
import { explainItem } from './explain-item.ts';
import { explainNode } from './explain-node.ts';
import { explainGeneration, explainModel, explainPipeline, explainProcess, explainSync } from './explain-other.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';

/**
 * Ids as people have them: a failure code, `item`, `item/epoch`, node, `dataset/target`, pipeline, `pipeline/turn`, model, process; also as
 * Temporal shows them (`job/item/epoch`, `sync/…`, `node/…`, `pipeline/…`, `generation/…`). Undefined: nothing has this id.
 */
export async function explainId(text: string, reads: ExplainReads, nowMs: number): Promise<Explanation | undefined> {
  const id = text.replace(/^(job|sync|node|pipeline|generation|item)\//, '');
  if (isFailureCode(id)) return explainCode(id);
  const [first = '', second] = id.split('/');
  const [status, item] = await Promise.all([reads.status(), reads.item(first)]);
  const workflowId = item === undefined ? otherWorkflow(id, status) : jobWorkflowId({ item: first, epoch: Number(second ?? item.item.epoch) });
  const workflow = workflowId === undefined ? undefined : await reads.workflow?.(workflowId).catch(() => undefined);
  return explain(id, { nowMs, status, ...(item === undefined ? {} : { item }), ...(workflow === undefined ? {} : { workflow }) });
}

/** Pure: the same facts give the same answer. */
export function explain(id: string, facts: ExplainFacts): Explanation | undefined {
  if (isFailureCode(id)) return explainCode(id);
  const { status } = facts;
  const [first = '', second] = id.split('/');
  if (facts.item !== undefined) {
    if (second === undefined) return explainItem(facts.item, facts);
    const epoch = Number(second);
    return Number.isInteger(epoch) && epoch >= 1 && epoch <= facts.item.item.epoch ? explainItem(facts.item, facts, epoch) : undefined;
  }
  if (second !== undefined) {
    const pipeline = status.pipelines.find((one) => one.name === first);
    if (pipeline !== undefined && /^\d+$/.test(second)) return explainGeneration(pipeline, Number(second), facts);
    return explainSync(first, second, facts);
  }
  const node = status.nodes.find((one) => one.node === id);
  if (node !== undefined) return explainNode(node, facts);
  const pipeline = status.pipelines.find((one) => one.name === id);
  if (pipeline !== undefined) return explainPipeline(pipeline, facts);
  const model = status.models.find((one) => one.id === id || (id.length >= 8 && one.sha256.startsWith(id)));
  if (model !== undefined) return explainModel(model, facts);
  const process = status.processes.find((one) => one.name === id);
  return process === undefined ? undefined : explainProcess(process);
}

function otherWorkflow(id: string, status: ClusterStatus): string | undefined {
  const [first = '', second] = id.split('/');
  const pipeline = status.pipelines.find((one) => one.name === first);
  if (second === undefined) {
    if (pipeline !== undefined) return workflowIds.generation(first, pipeline.turn);
    const node = status.nodes.find((one) => one.node === id);
    return node === undefined ? undefined : workflowIds.node(node.node);
  }
  return pipeline !== undefined && /^\d+$/.test(second) ? workflowIds.generation(first, Number(second)) : `sync/${first}/${second}`;
}
