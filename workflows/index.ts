/** Exports every workflow type for the bundle. `src/contract/workflows.ts` has the names of the types. */
export { cancel } from './procedure/cancel.ts';
export { dispatcher } from './entity/dispatcher.ts';
export { distribute } from './stage/distribute.ts';
export { enqueue } from './procedure/enqueue.ts';
export { evaluate } from './stage/evaluate.ts';
export { gather } from './stage/gather.ts';
export { generation } from './procedure/generation.ts';
export { job } from './procedure/job.ts';
export { node } from './entity/node.ts';
export { nodes } from './entity/nodes.ts';
export { pipeline } from './entity/pipeline.ts';
export { promote } from './stage/promote.ts';
export { selfPlay } from './stage/self-play.ts';
export { sync } from './procedure/sync.ts';
export { train } from './stage/train.ts';
export { wishNode } from './procedure/wish-node.ts';
export { wishPipeline } from './procedure/wish-pipeline.ts';
