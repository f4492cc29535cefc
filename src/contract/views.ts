import type { AlertsView, AlertView } from '../domain/alert/alert.ts';
import type { ClusterStatus, LedgerCheck } from '../domain/cluster/status.ts';
import type { DaemonState, DaemonView } from '../domain/daemon/daemon.ts';
import type { SyncView } from '../domain/dataset/sync.ts';
import type { EventPage, EventStats, EventTrace, EventView } from '../domain/event/event.ts';
import type { DeadLetter, SubscriptionsView } from '../domain/event/subscriber-view.ts';
import type { Explanation } from '../domain/explanation/explanation.ts';
import type { FailureRecord } from '../domain/failure/record.ts';
import type { ItemFacts } from '../domain/item/view.ts';
import type { WorkItem } from '../domain/item/work-item.ts';
import type { LogPart } from '../domain/job/log-part.ts';
import type { JobView } from '../domain/job/view.ts';
import type { ModelView } from '../domain/model/model.ts';
import type { NodeView } from '../domain/node/node.ts';
import type { NodeTransition } from '../domain/node/node-change.ts';
import type { StageSpan } from '../domain/pipeline/stage-history.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';

/** The shapes that the server returns. The key is the name of the shape in the OpenAPI document. */
export interface Views {
  /** The body of every refusal. */
  readonly Failure: Pick<FailureRecord, 'code' | 'message' | 'hint'> & { readonly sentence: string };
  readonly Health: { readonly status: 'ok'; readonly pid: number; readonly uptimeSeconds: number };
  readonly Liveness: { readonly status: 'ok' };
  readonly HealthReady: {
    readonly status: 'ready' | 'not ready';
    /** The state of each daemon. */
    readonly daemons: Readonly<Record<string, DaemonState>>;
    readonly reasons: readonly string[];
  };
  readonly Readiness: { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly Status: ClusterStatus & { readonly ageMs: number };
  readonly LedgerCheck: LedgerCheck;
  readonly Job: JobView;
  readonly Item: WorkItem;
  readonly ItemFacts: ItemFacts;
  readonly Node: NodeView;
  readonly NodeFacts: NodeView & {
    readonly openJobs: readonly JobView[];
    readonly recentJobs: readonly JobView[];
    /** The last transitions, newest first. */
    readonly changes: readonly NodeTransition[];
  };
  readonly Pipeline: PipelineView;
  readonly PipelineFacts: PipelineView & {
    readonly models: readonly ModelView[];
    /** The stages of the turn that is under way. When no turn is under way, these are the stages of the last turn. */
    readonly stages: readonly StageSpan[];
  };
  readonly Daemon: DaemonView;
  readonly LogPart: LogPart;
  readonly Alert: AlertView;
  readonly Alerts: AlertsView;
  readonly Sync: SyncView;
  readonly Model: ModelView;
  readonly Explanation: Explanation;
  readonly Events: EventPage;
  readonly Event: EventView;
  readonly EventTrace: EventTrace;
  readonly EventStats: EventStats;
  readonly Subscriptions: SubscriptionsView;
  readonly DeadLetter: DeadLetter;
  readonly OpenApi: { readonly openapi: string; readonly [field: string]: unknown };
}
export type ViewName = keyof Views;
