import type { Context } from '../context/context.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { VerbFailure } from '../exit/verb-failure.ts';
import { findCluster } from '../context/find-cluster.ts';
import { whoAmI } from '../../system/who-am-i.ts';
import { withTemporal } from '../context/with-temporal.ts';
import { isItemId } from '../../domain/ids.ts';

/** Cancels the item, so that no further try starts. An id `item/epoch` also cancels the whole item. */
export async function jobCancel(context: Context, ids: readonly string[], options: { readonly reason: string }): Promise<ExitCode> {
  const items = ids.map((id) => {
    const item = id.replace(/\/\d+$/, '');
    if (isItemId(item)) return item;
    throw new VerbFailure('usage', { cannot: `cancel ${id}`, because: 'this is not the id of an item', hint: { run: 'ringmaster job list' } });
  });
  const { cancelItems } = await import('../../service/item/cancel-items.ts');
  const answer = await withTemporal(findCluster(context), ({ client }) => cancelItems(client, items, options.reason, whoAmI(context.env)));
  const before = answer.before ?? 0;
  if (answer.cancelled + answer.stopping + before === 0) {
    throw new VerbFailure('notFound', {
      cannot: `cancel ${items.join(', ')}`,
      because: 'no such item is open: unknown, or closed already',
      hint: { run: `ringmaster explain ${items[0]}` },
    });
  }
  context.out(`cancelled ${answer.cancelled}, stopping ${answer.stopping}${before === 0 ? '' : `; ${before} cancelled before`}`);
  context.say(`Next: ringmaster explain ${items[0]}`);
  return exitCode('ok');
}
