import type { LedgersView } from '../../domain/ledger/ledger-view.ts';
import { ago, bytes } from '../../service/say.ts';
import type { Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { sayBackups } from './say-backups.ts';

/** Returns the table of ledgers and the state of the backups. With `wide`, also one line for each backup. */
export function ledgerLines(view: LedgersView, wide: boolean, colour: Colour): string[] {
  const { readAtMs } = view;
  const said = sayBackups(view);
  return [
    ...table(
      [
        { head: 'LEDGER' },
        { head: wide ? 'FILE' : 'CONTAINS' },
        { head: 'SIZE', align: 'right' },
        { head: 'BACKUP' },
        { head: 'COPIES', align: 'right' },
      ],
      view.ledgers.map((one) => [
        one.ledger,
        wide ? one.file : one.name,
        bytes(one.bytes),
        one.newest === undefined ? { text: 'none', style: 'warn' } : `${ago(readAtMs - one.newest.atMs)} ago`,
        one.backups,
      ]),
      colour,
    ),
    '',
    colour(said.detail, said.level === 'ok' ? 'none' : said.level === 'warn' ? 'warn' : 'bad'),
    ...(wide
      ? [
          '',
          ...table(
            [{ head: 'BACKUP' }, { head: 'MADE' }, { head: 'LEDGERS', align: 'right' }, { head: 'BYTES', align: 'right' }],
            view.backups.map(({ id, atMs, files }) => [
              id,
              `${ago(readAtMs - atMs)} ago`,
              files.length,
              bytes(files.reduce((sum, one) => sum + one.bytes, 0)),
            ]),
            colour,
          ),
        ]
      : []),
  ];
}
