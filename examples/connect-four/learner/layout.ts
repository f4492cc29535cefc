/**
 * The inputs of the network are the 69 lines of four, the smallest patterns that can win. A content of a line is one combination of the states of its
 * squares. Each line has a table with the weights of each content. (This is an n-tuple network: Thill, Koch, Konen, "Reinforcement Learning with
 * N-tuples on the Game Connect-4", PPSN 2012.) The paper's tuples are random walks of eight squares. Random walks learn more in the end, but too
 * slowly for a demo.
 *
 * A square has one of four states: empty and out of reach, first player's disc, second player's disc, empty and next to be filled. Each content has
 * two weights, one for each player to move, because the value of a threat depends on the player to move.
 */
import { columns, squareOf } from '../board.ts';
import { linesOfFour, type Point } from '../lines-of-four.ts';

export const states = 4;

/**
 * A place on the board where a table is applied. A line and its mirror image share a table, so training for one line also trains its mirror image.
 */
export interface Placement {
  readonly squares: readonly number[];
  /** Index of the table's first content. */
  readonly base: number;
}

export interface Layout {
  readonly placements: readonly Placement[];
  /** Number of contents in all tables. */
  readonly contents: number;
}

const mirrorOf = (points: readonly Point[]): readonly Point[] => points.map(([column, row]) => [columns - 1 - column, row]);
/** Returns a name that does not depend on the order of the points, so a line read from either end has one name. */
const nameOf = (points: readonly Point[]): string =>
  points
    .map((point) => point.join())
    .toSorted()
    .join(' ');

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
    contents += states ** line.length;
  }
  return { placements, contents };
}

export const layout: Layout = makeLayout();
