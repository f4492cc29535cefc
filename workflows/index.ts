/** Every workflow type, for the bundle. Names: `src/contract/workflows.ts`. */
export { cancel } from './cancel.ts';
export { dispatcher } from './dispatcher.ts';
export { distribute } from './distribute.ts';
export { enqueue } from './enqueue.ts';
export { evaluate } from './evaluate.ts';
export { gather } from './gather.ts';
export { generation } from './generation.ts';
export { job } from './job.ts';
export { node } from './node.ts';
export { nodes } from './nodes.ts';
export { pipeline } from './pipeline.ts';
export { promote } from './promote.ts';
export { selfPlay } from './self-play.ts';
export { sync } from './sync.ts';
export { train } from './train.ts';
