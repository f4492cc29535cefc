/**
 * What workflows may ask of the world, by task queue. Activities implement these (`satisfies`); running one twice has the same effect as once.
 * Failures cross as ApplicationFailure with `type` = failure code and `details[0]` = FailureRecord.
 */
import type { DatasetGatewayActivities, DatasetLedgerActivities } from './dataset.ts';
import type { GameLedgerActivities } from './game.ts';
import type { ItemLedgerActivities } from './item.ts';
import type { JobGatewayActivities, JobLedgerActivities, JobNodeActivities } from './job.ts';
import type { ModelGatewayActivities, ModelLedgerActivities } from './model.ts';
import type { NodeGatewayActivities, NodeLedgerActivities, NodeProbeActivities, NodeResidentActivities } from './node.ts';
import type { PipelineGatewayActivities, PipelineLedgerActivities } from './pipeline.ts';

/** Queue `ledger`. SQLite only; each under ~50 ms or in a worker thread. */
export type LedgerActivities = ItemLedgerActivities &
  JobLedgerActivities &
  GameLedgerActivities &
  ModelLedgerActivities &
  PipelineLedgerActivities &
  DatasetLedgerActivities &
  NodeLedgerActivities;

/** Queue `gateway` only: what needs both home and the node. */
export type GatewayActivities = JobGatewayActivities &
  ModelGatewayActivities &
  PipelineGatewayActivities &
  DatasetGatewayActivities &
  NodeGatewayActivities;

/** Queue `node:<id>` (resident) or `gateway`: the same code over a Machine. */
export type NodeActivities = JobNodeActivities;

/** Queue `node:<id>-probe`: the node's own worker. */
export type ResidentActivities = NodeResidentActivities;

/** Queue `gateway-probe`. */
export type ProbeActivities = NodeProbeActivities;
