/**
 * The activities that workflows may call, by task queue. The code in `activities/` implements these signatures (`satisfies`). An activity that runs twice
 * has the same effect as one that runs once. A failure reaches the workflow as an ApplicationFailure: its `type` is the failure code, and its `details[0]`
 * is the FailureRecord.
 */
import type { AlertGatewayActivities, AlertLedgerActivities } from './alert.ts';
import type { DaemonLedgerActivities, DaemonNodeActivities } from './daemon.ts';
import type { DatasetGatewayActivities, DatasetLedgerActivities } from './dataset.ts';
import type { EventLedgerActivities } from './event.ts';
import type { GameLedgerActivities, GameNodeActivities } from './game.ts';
import type { ItemLedgerActivities } from './item.ts';
import type { JobGatewayActivities, JobLedgerActivities, JobNodeActivities } from './job.ts';
import type { ModelGatewayActivities, ModelLedgerActivities } from './model.ts';
import type { NodeGatewayActivities, NodeLedgerActivities, NodeProbeActivities, NodeResidentActivities } from './node.ts';
import type { PipelineGatewayActivities, PipelineLedgerActivities } from './pipeline.ts';

/** Activities on the queue `ledger`. They use SQLite only. Each takes less than about 50 ms or runs in a worker thread. */
export type LedgerActivities = ItemLedgerActivities &
  JobLedgerActivities &
  GameLedgerActivities &
  ModelLedgerActivities &
  PipelineLedgerActivities &
  DatasetLedgerActivities &
  EventLedgerActivities &
  NodeLedgerActivities &
  DaemonLedgerActivities &
  AlertLedgerActivities;

/** Activities on the queue `gateway` only: they need both the files at home and the node. */
export type GatewayActivities = JobGatewayActivities &
  ModelGatewayActivities &
  PipelineGatewayActivities &
  DatasetGatewayActivities &
  NodeGatewayActivities &
  AlertGatewayActivities;

/** Activities on the queue `node:<id>` of a resident worker, or on the queue `gateway`. The same code runs on both queues, on a `Machine`. */
export type NodeActivities = JobNodeActivities & GameNodeActivities & DaemonNodeActivities;

/** Activities on the queue `node:<id>-probe`, which only the node's own worker serves. */
export type ResidentActivities = NodeResidentActivities;

/** Activities on the queue `gateway-probe`. */
export type ProbeActivities = NodeProbeActivities;
