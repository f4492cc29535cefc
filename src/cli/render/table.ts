import { printable, type Colour, type Style } from './colour.ts';

export type Cell = string | number | { readonly text: string; readonly style: Style };

export interface Column {
  readonly head: string;
  readonly align?: 'right';
  /** Longer text is cut with an ellipsis. */
  readonly max?: number;
  /** On a terminal, text that would not fit into the line is cut with an ellipsis. Elsewhere nothing is cut, because a program or a file reads it. */
  readonly fits?: boolean;
}

/** A column is never cut to fewer characters than this, however narrow the terminal is. */
const fittedMin = 20;

/** Returns the lines of a table. Columns are aligned by their visible characters, so colours are added last. Two blanks stand between columns. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  colour: Colour,
  screenColumns: number | undefined = process.stdout.columns,
): string[] {
  const whole = rows.map((row) => columns.map((column, at) => cut(textOf(row[at] ?? ''), column.max)));
  const taken = columns.reduce(
    (sum, column, at) => (column.fits === true ? sum : sum + Math.max(column.head.length, ...whole.map((row) => length(row[at] ?? '')))),
    2 * (columns.length - 1),
  );
  const room = screenColumns === undefined ? undefined : Math.max(fittedMin, screenColumns - taken);
  const grid = whole.map((row) => row.map((text, at) => (columns[at]?.fits === true ? cut(text, room) : text)));
  const widths = columns.map((column, at) => Math.max(column.head.length, ...grid.map((row) => length(row[at] ?? ''))));
  const line = (texts: readonly string[], style: (at: number) => Style): string =>
    texts
      .map((text, at) => {
        const blank = ' '.repeat(Math.max(0, (widths[at] ?? 0) - length(text)));
        const last = at === texts.length - 1;
        const painted = colour(text, style(at));
        return columns[at]?.align === 'right' ? blank + painted : painted + (last ? '' : blank);
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map((column) => column.head),
      () => 'dim',
    ),
    ...grid.map((texts, row) => line(texts, (at) => styleOf(rows[row]?.[at]))),
  ];
}

const textOf = (cell: Cell): string => printable(typeof cell === 'object' ? cell.text : String(cell));
const styleOf = (cell: Cell | undefined): Style => (typeof cell === 'object' ? cell.style : 'none');
const length = (text: string): number => [...text].length;

export function cut(text: string, max = Number.POSITIVE_INFINITY): string {
  const marks = [...text];
  return marks.length <= max ? text : `${marks.slice(0, Math.max(0, max - 1)).join('')}…`;
}
