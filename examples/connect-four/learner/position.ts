/**
 * A board, with the network's sums for the current position. Each move updates the sums. A move changes only the tuples that contain one of two
 * squares.
 */
import { Board, columns, rows, squareOf, squares } from '../board.ts';
import { layout, states } from './layout.ts';
import type { Weights } from './network.ts';

/** An empty square is in one of these two states. The state of a square is one digit of the number that stands for a content. */
const outOfReach = 0;
const nextToFill = 3;

/**
 * Lists, for each square, the placements that contain the square. Each placement comes with the factor of the square's digit in the number of its
 * content.
 */
const through = buildThrough();

export class Position {
  readonly board = new Board();
  /** The current content of each placement, as an index over all tables. */
  readonly contents = new Int32Array(layout.placements.length);
  private readonly weights: Weights;
  /**
   * Each ply has two sums: one with the first player to move, one with the second player to move. The sums of all plies are kept, because undoing a
   * move by subtraction would accumulate rounding errors.
   */
  private readonly sums = new Float64Array(2 * (squares + 1));

  constructor(weights: Weights) {
    this.weights = weights;
    for (const [at, { base }] of layout.placements.entries()) this.contents[at] = base;
    for (let column = 0; column < columns; column += 1) this.change(squareOf(column, 0), nextToFill - outOfReach);
    this.refresh();
  }

  /** The sum for the player to move. A large sum is good for the first player, even when the second player is to move. */
  get sum(): number {
    const { ply } = this.board;
    return this.sums[2 * ply + (ply & 1)] as number;
  }

  play(column: number): void {
    const { board, sums } = this;
    const before = 2 * board.ply;
    const disc = board.turn;
    const square = board.play(column);
    sums[before + 2] = sums[before] as number;
    sums[before + 3] = sums[before + 1] as number;
    this.changeAndAdd(square, disc - nextToFill);
    if ((board.heights[column] as number) < rows) this.changeAndAdd(square + 1, nextToFill - outOfReach);
  }

  undo(): void {
    const square = this.board.undo();
    const disc = this.board.turn;
    this.change(square, nextToFill - disc);
    if (this.board.cells[square + 1] === 0) this.change(square + 1, outOfReach - nextToFill);
  }

  /** Computes the sums again. Call this after training has changed the weights. */
  refresh(): void {
    const { ply } = this.board;
    let [first, second] = [0, 0];
    for (const content of this.contents) {
      first += this.weights[2 * content] as number;
      second += this.weights[2 * content + 1] as number;
    }
    this.sums[2 * ply] = first;
    this.sums[2 * ply + 1] = second;
  }

  private change(square: number, by: number): void {
    const { placements, factors } = through[square] as Through;
    for (let at = 0; at < placements.length; at += 1) {
      const placement = placements[at] as number;
      this.contents[placement] = (this.contents[placement] as number) + by * (factors[at] as number);
    }
  }

  private changeAndAdd(square: number, by: number): void {
    const { placements, factors } = through[square] as Through;
    const { contents, weights, sums } = this;
    let [first, second] = [0, 0];
    for (let at = 0; at < placements.length; at += 1) {
      const placement = placements[at] as number;
      const old = contents[placement] as number;
      const now = old + by * (factors[at] as number);
      contents[placement] = now;
      first += (weights[2 * now] as number) - (weights[2 * old] as number);
      second += (weights[2 * now + 1] as number) - (weights[2 * old + 1] as number);
    }
    const here = 2 * this.board.ply;
    sums[here] = (sums[here] as number) + first;
    sums[here + 1] = (sums[here + 1] as number) + second;
  }
}

interface Through {
  readonly placements: Int32Array;
  readonly factors: Int32Array;
}

function buildThrough(): readonly Through[] {
  const lists = Array.from({ length: squareOf(columns, 0) }, (): [number, number][] => []);
  for (const [placement, { squares: seen }] of layout.placements.entries()) {
    for (const [digit, square] of seen.entries()) lists[square]?.push([placement, states ** digit]);
  }
  return lists.map((list) => ({ placements: Int32Array.from(list, ([at]) => at), factors: Int32Array.from(list, ([, factor]) => factor) }));
}
