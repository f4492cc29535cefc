import { clusterKey } from '../cluster/cluster-key.ts';
import type { ItemId } from '../ids.ts';
import type { RefusedSecret } from '../item/secret.ts';
import { RingmasterError } from './error.ts';

/** Returns the failure of an item that names a secret which the cluster file does not name. */
export const secretRefused = (verb: 'start' | 'add', item: ItemId, { variable, because }: RefusedSecret): RingmasterError =>
  new RingmasterError('secret.not-allowed', {
    cannot: `${verb} ${item}`,
    because,
    hint: { say: `adding it to ${clusterKey('secrets')} in the cluster file, if items may use it, then \`ringmaster apply\`` },
    fields: { item, variable },
  });
