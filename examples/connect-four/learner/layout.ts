/**
 * Which squares the network looks at. A tuple is a list of squares; its table has a weight for each content those squares can have together
 * (n-tuple networks: Thill, Koch, Konen, "Reinforcement Learning with N-tuples on the Game Connect-4", PPSN 2012).
 *
 * A square has four states: empty and out of reach, first player's disc, second player's disc, empty and next to be filled. Two tables serve
 * each tuple, one for each player to move, because the same threat is worth more or less by whose turn it is.
 */
import { columns, rows, squareOf } from '../board.ts';
import { Random } from '../random.ts';

export const states = 4;

/** Somewhere on the board where a table is applied. Mirror images share their table, and so their experience. */
export interface Placement {
  readonly squares: readonly number[];
  /** First weight of the table, counted in contents. */
  readonly base: number;
}

export interface Layout {
  readonly placements: readonly Placement[];
  /** Contents over all tables; each has two weights. */
  readonly contents: number;
}

type Point = readonly [column: number, row: number];

const mirror = (points: readonly Point[]): readonly Point[] => points.map(([column, row]) => [columns - 1 - column, row]);
const isOn = ([column, row]: Point): boolean => column >= 0 && column < columns && row >= 0 && row < rows;

/** All 69 lines of four. */
function lines(): readonly (readonly Point[])[] {
  const found: Point[][] = [];
  for (const [right, up] of [[1, 0], [0, 1], [1, 1], [1, -1]] as const) {
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const line = [0, 1, 2, 3].map((step): Point => [column + right * step, row + up * step]);
        if (line.every(isOn)) found.push(line);
      }
    }
  }
  return found;
}

/** A random walk over neighbouring squares, each taken once. */
function walk(random: Random, length: number): readonly Point[] {
  const path: Point[] = [[random.below(columns), random.below(rows)]];
  while (path.length < length) {
    const [column, row] = path[random.below(path.length)] as Point;
    const next: Point = [column + random.below(3) - 1, row + random.below(3) - 1];
    if (isOn(next) && !path.some(([c, r]) => c === next[0] && r === next[1])) path.push(next);
  }
  return path;
}

export function makeLayout(options: { walks: number; length: number; shared: boolean }): Layout {
  const placements: Placement[] = [];
  const bases = new Map<string, number>();
  let contents = 0;
  const place = (table: string, points: readonly Point[]): void => {
    let base = bases.get(table);
    if (base === undefined) {
      base = contents;
      bases.set(table, base);
      contents += states ** points.length;
    }
    placements.push({ squares: points.map(([column, row]) => squareOf(column, row)), base });
  };
  const seen = new Set<string>();
  for (const line of lines()) {
    for (const points of [line, mirror(line)]) {
      const set = points.map((point) => point.join()).toSorted().join(' ');
      if (seen.has(set)) continue;
      seen.add(set);
      place(`line ${line.join(' ')}`, points);
      if (options.shared) place(kindOf(line), points);
    }
  }
  const random = new Random(0x4f57, 4);
  for (let at = 0; at < options.walks; at += 1) {
    const path = walk(random, options.length);
    place(`walk ${at}`, path);
    place(`walk ${at}`, mirror(path));
  }
  return { placements, contents };
}

/** Lines of one kind share a second table: what a row's lines have in common is learned from far fewer games. */
function kindOf(line: readonly Point[]): string {
  const [[fromColumn, fromRow], [toColumn, toRow]] = [line[0] as Point, line[3] as Point];
  if (fromColumn === toColumn) return 'upright';
  return `${fromRow === toRow ? 'level' : fromRow < toRow ? 'rising' : 'falling'} from ${fromRow}`;
}
