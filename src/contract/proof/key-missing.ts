import type { FailureParts } from '../../domain/failure/record.ts';
import type { Effect } from './proof.ts';

const verbs: Readonly<Record<Effect['kind'], string>> = {
  start: 'run workflow',
  signal: 'take signal',
  update: 'take update',
  activity: 'run activity',
};

/** Returns the parts of the failure of a call that has no proof, or a proof that does not fit. */
export const keyMissing = ({ kind, name, workflowId }: Pick<Effect, 'kind' | 'name' | 'workflowId'>): FailureParts => ({
  cannot: `${verbs[kind]} ${name}`,
  because: `the call for ${workflowId} has no proof of the key that this cluster requires, or its proof is that of another call`,
  hint: { say: 'ringmaster temporal, which adds the proof for a person who can read the key of the cluster; docs/security.md has the rules' },
  fields: { kind, name, workflow: workflowId },
});
