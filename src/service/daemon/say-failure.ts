import type { DaemonFailureKind } from '../../domain/daemon/daemon.ts';

/** What each kind of failure means, and what to do about it. */
export const daemonFailureAdvice: Readonly<Record<DaemonFailureKind, string>> = {
  threw: 'Its work ended with a failure. Mend what the failure names; a reset starts it again at once.',
  hung: 'Its process lives, but a round of its work did not end in time. Something that it waits for does not answer: a disk, a lock, a node.',
  exited: 'Its program has ended by itself. The log of the program has its last words.',
  gone: 'What carried its work has ended: its process died or takes no work, or a person ended its workflow. The processes are in ringmaster status.',
};
