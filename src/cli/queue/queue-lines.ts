import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import { ago } from '../../service/say.ts';
import { styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';

/** Returns `pending 3 · running 4 · completed 41`. States without items are left out, but pending is always shown. */
export function queueLine(queue: ClusterStatus['queue'], colour: Colour): string {
  const parts = Object.entries(queue).filter(([state, count]) => count > 0 || state === 'pending');
  return parts.map(([state, count]) => `${colour(state, styleOfState(state))} ${count}`).join(' · ');
}

export function queueLines(items: readonly ItemFacts['item'][], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (items.length === 0) return ['no items'];
  return table(
    [
      { head: 'ITEM' },
      { head: 'KIND' },
      { head: 'STATE' },
      { head: 'FOR' },
      { head: 'PRIORITY', align: 'right' },
      { head: 'TRIES', align: 'right' },
      { head: 'NODE' },
      { head: 'SLOTS', align: 'right' },
      { head: 'LABELS' },
      ...(wide ? [{ head: 'COMMAND' }] : []),
    ],
    items.map((item) => [
      item.spec.id,
      item.spec.kind,
      { text: item.state, style: styleOfState(item.state) },
      ago(nowMs - item.changedAtMs),
      item.spec.priority,
      `${item.attempts}/${item.spec.attemptsMax}`,
      item.node ?? '-',
      item.spec.slots,
      item.spec.labels.join(',') || '-',
      item.spec.command.join(' '),
    ]),
    colour,
  );
}
