/** Everything on queue `gateway-probe`. */
import type { ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import { sweepNodes, type SweepParts } from './sweep-nodes.ts';

export const createProbeActivities = (parts: SweepParts): ProbeActivities => ({ sweepNodes: sweepNodes(parts) });
