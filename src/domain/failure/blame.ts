/**
 * Says what a failed try proves about its node. The item avoids the node, and the node may rest (`src/domain/node/rest.ts`), unless the blame is `nothing`.
 *
 * | blame           | failures                                                    | meaning                                                      |
 * |-----------------|-------------------------------------------------------------|--------------------------------------------------------------|
 * | nothing         | cancelled, lost, rebooted, stopped by `down`, our own bugs  | the try did not fail because of how the node works           |
 * | node            | a full disk, a folder of another cluster, a refused login   | the node is broken for every item until a person acts        |
 * | program         | a program that is missing or cannot be run (exit 126, 127)  | the node lacks a program, or the command is wrong            |
 * | node-or-payload | everything else                                             | the node or the payload: other nodes decide                  |
 */
import { missingProgram } from './missing-program.ts';
import type { FailureRecord } from './record.ts';
import { lastLineOf, likeness } from './stderr.ts';
import { classOf, type FailureClass, type FailureCode } from './table.ts';

export type Blame = 'nothing' | 'node' | 'program' | 'node-or-payload';

const blameByClass: Readonly<Record<FailureClass, Blame>> = {
  transient: 'node-or-payload',
  throttled: 'node-or-payload',
  'node-fault': 'node-or-payload',
  data: 'node-or-payload',
  configuration: 'nothing',
  defect: 'node-or-payload',
  cancelled: 'nothing',
};

/** The failures that prove something else than their class says. */
const blameByCode: Readonly<Partial<Record<FailureCode, Blame>>> = {
  'job.disk-full': 'node',
  'sync.disk-full': 'node',
  'node.foreign-owner': 'node',
  'node.foreign-files': 'node',
  'node.no-folder': 'node',
  'node.other-machine': 'nothing',
  'job.lost': 'nothing',
  'job.rebooted': 'nothing',
  'internal.defect': 'nothing',
  'sync.source-changing': 'nothing',
  'ledger.busy': 'nothing',
  'ledger.corrupt': 'nothing',
  'ledger.disk-full': 'nothing',
  'server.unavailable': 'nothing',
  'transport.cancelled': 'nothing',
  'transport.host-key-unknown': 'node',
  'transport.host-key-changed': 'node',
  'transport.authentication': 'node',
  'transport.no-shell': 'node',
  'transport.ssh-option': 'node',
  'transport.ssh-config': 'nothing',
  'transport.no-shell-tool': 'node',
};

export function blameOf(failure: FailureRecord): Blame {
  const { code } = failure;
  if (missingProgram(failure) !== undefined) return 'program';
  return blameByCode[code] ?? blameByClass[classOf(code)];
}

/** Returns a text that is equal for failures of the same kind: the missing program, or code, exit code or signal, and the likeness of the last line of stderr. */
export function kindOfFailure(failure: FailureRecord): string {
  const program = missingProgram(failure);
  if (program !== undefined && program !== '') return `missing program|${program}`;
  const { exitCode, signal } = failure.fields;
  return [failure.code, exitCode ?? signal ?? '', likeness(lastLineOf(failure) ?? '')].join('|');
}
