/** Everything on queue `gateway-probe`. */
import type { ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import { sweepNodes, type SweepDependencies } from './sweep-nodes.ts';

export const createProbeActivities = (dependencies: SweepDependencies): ProbeActivities => ({ sweepNodes: sweepNodes(dependencies) });
