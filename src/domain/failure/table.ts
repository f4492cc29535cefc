/**
 * Every failure code, with its class. The class alone decides whether Temporal retries: Temporal retries a step after a `transient` or `throttled` failure,
 * and every other class ends the step. No other part of the product retries.
 *
 * - transient      the cause can pass by itself: a lost connection, a busy port.
 * - throttled      a limit was reached; the step succeeds later.
 * - node-fault     this node could not do the step; another node can.
 * - data           the bytes are wrong: corrupt, missing, or not what the manifest lists.
 * - configuration  a person must change something first.
 * - defect         a bug, in Ringmaster or in the payload.
 * - cancelled      a person or a workflow asked for the step to end.
 */
export type FailureClass = 'transient' | 'throttled' | 'node-fault' | 'data' | 'configuration' | 'defect' | 'cancelled';

export const failureTable = {
  'transport.unreachable': 'transient',
  'transport.unknown-host': 'transient',
  'transport.connection-lost': 'transient',
  'transport.cancelled': 'transient',
  'transport.busy': 'throttled',
  'transport.timeout': 'transient',
  'transport.host-key-unknown': 'configuration',
  'transport.host-key-changed': 'configuration',
  'transport.authentication': 'configuration',
  'transport.no-shell': 'configuration',
  'transport.ssh-config': 'transient',
  'transport.ssh-option': 'configuration',
  'transport.no-shell-tool': 'configuration',
  'transport.command': 'node-fault',
  'sync.disk-full': 'node-fault',
  'sync.interrupted': 'transient',
  'sync.corrupt': 'data',
  'sync.source-missing': 'data',
  'sync.permission': 'configuration',
  'sync.tree-refused': 'configuration',
  'sync.source-changing': 'data',
  'job.epoch-refused': 'cancelled',
  'job.other-spec': 'node-fault',
  'job.spawn-failed': 'node-fault',
  'job.exit-code': 'defect',
  'job.killed': 'node-fault',
  'job.hang': 'defect',
  'job.timeout': 'defect',
  'job.no-output': 'defect',
  'job.bad-manifest': 'defect',
  'job.bad-pairs': 'defect',
  'job.bad-progress': 'defect',
  'job.corrupt-output': 'data',
  'job.verify-failed': 'data',
  'job.lost': 'node-fault',
  'job.rebooted': 'node-fault',
  'job.disk-full': 'node-fault',
  'job.cancelled': 'cancelled',
  'job.stopped': 'cancelled',
  'queue.unknown-item': 'configuration',
  'queue.conflict': 'configuration',
  'queue.full': 'throttled',
  'ratings.conflict': 'configuration',
  'ledger.busy': 'transient',
  'ledger.disk-full': 'transient',
  'ledger.corrupt': 'data',
  'ledger.newer-schema': 'configuration',
  'ledger.in-use': 'configuration',
  'ledger.no-backup': 'configuration',
  'ledger.restore-unfinished': 'configuration',
  'node.unknown': 'configuration',
  'node.needed': 'configuration',
  'node.foreign-owner': 'node-fault',
  'node.foreign-files': 'node-fault',
  'node.other-machine': 'node-fault',
  'node.shared-folder': 'configuration',
  'node.alive': 'configuration',
  'pipeline.stage-failed': 'defect',
  'pipeline.cancelled': 'cancelled',
  'pipeline.defect': 'defect',
  'pipeline.not-now': 'configuration',
  'pipeline.no-games': 'data',
  'pipeline.bad-games': 'data',
  'config.invalid': 'configuration',
  'config.require-key': 'configuration',
  'config.root-local': 'configuration',
  'config.state-folder': 'configuration',
  'input.refused': 'configuration',
  'temporal.key-missing': 'configuration',
  'secret.missing': 'configuration',
  'secret.not-allowed': 'configuration',
  'limits.setting-too-large': 'configuration',
  'limits.item-too-large': 'configuration',
  'limits.payload-too-large': 'configuration',
  'http.not-found': 'configuration',
  'http.bad-request': 'configuration',
  'http.forbidden-host': 'configuration',
  'http.cross-site': 'configuration',
  'http.method': 'configuration',
  'setup.addon': 'configuration',
  'server.unavailable': 'transient',
  'server.stopping': 'configuration',
  'server.port-busy': 'configuration',
  'server.foreign-namespace': 'configuration',
  'server.not-found': 'configuration',
  'internal.defect': 'defect',
} as const satisfies Record<string, FailureClass>;

export type FailureCode = keyof typeof failureTable;
export const failureCodes = Object.keys(failureTable) as FailureCode[];
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failureTable, text);
export const classOf = (code: FailureCode): FailureClass => failureTable[code];
export const isRetried = (code: FailureCode): boolean => classOf(code) === 'transient' || classOf(code) === 'throttled';
