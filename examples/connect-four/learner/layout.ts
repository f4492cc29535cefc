/**
 * Which squares the network looks at: the 69 lines of four, the smallest thing in this game that can win. Each line has a table with a weight for
 * each content its squares can have together (an n-tuple network: Thill, Koch, Konen, "Reinforcement Learning with N-tuples on the Game
 * Connect-4", PPSN 2012; theirs are random walks of eight squares, which learn more in the end and much slower than a demo can wait for).
 *
 * A square has four states: empty and out of reach, first player's disc, second player's disc, empty and next to be filled. Each content has two
 * weights, one for each player to move, because the same threat is worth more or less by whose turn it is.
 */
import { columns, rows, squareOf } from '../board.ts';

export const states = 4;

/** Where on the board a table is applied. Mirror images share their table, and so their experience. */
export interface Placement {
  readonly squares: readonly number[];
  /** The table's first content. */
  readonly base: number;
}

export interface Layout {
  readonly placements: readonly Placement[];
  /** Contents over all tables. */
  readonly contents: number;
}

type Point = readonly [column: number, row: number];

const lineLength = 4;
const rightAndUp = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

const mirrorOf = (points: readonly Point[]): readonly Point[] => points.map(([column, row]) => [columns - 1 - column, row]);
const isOnBoard = ([column, row]: Point): boolean => column >= 0 && column < columns && row >= 0 && row < rows;
/** The same for two lines of the same squares, whichever end comes first. */
const nameOf = (points: readonly Point[]): string =>
  points
    .map((point) => point.join())
    .toSorted()
    .join(' ');

function linesOfFour(): readonly (readonly Point[])[] {
  const found: Point[][] = [];
  for (const [right, up] of rightAndUp) {
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const line = Array.from({ length: lineLength }, (_, step): Point => [column + right * step, row + up * step]);
        if (line.every(isOnBoard)) found.push(line);
      }
    }
  }
  return found;
}

function makeLayout(): Layout {
  const placements: Placement[] = [];
  const placed = new Set<string>();
  let contents = 0;
  for (const line of linesOfFour()) {
    if (placed.has(nameOf(line))) continue;
    for (const points of [line, mirrorOf(line)]) {
      // A line that is its own mirror image is placed once.
      if (placed.has(nameOf(points))) continue;
      placed.add(nameOf(points));
      placements.push({ squares: points.map(([column, row]) => squareOf(column, row)), base: contents });
    }
    contents += states ** lineLength;
  }
  return { placements, contents };
}

export const layout: Layout = makeLayout();
