/**
 * The rules of Connect Four: 7 columns, 6 rows, four in line wins, a full board is a draw.
 *
 * The squares are surrounded by walls. Each column has eight numbers: square (column, row) has the number 8 · (column + 1) + row. A line that leaves
 * the board meets a wall, so no loop checks for edges. To test whether a move wins, the code follows the four lines through the square of the move.
 */
export const columns = 7;
export const rows = 6;
export const squares = columns * rows;

/** Contents of a square. A disc is 1 for the first player and 2 for the second. */
export const empty = 0;
export const wall = 3;
export type Disc = 1 | 2;

const stride = 8;
const frame = stride * (columns + 2);
/** Steps from a square to the next: up, along the row, and along the two diagonals. */
const directions = [1, stride, stride + 1, stride - 1] as const;

export const squareOf = (column: number, row: number): number => (column + 1) * stride + row;

export class Board {
  readonly cells = new Int8Array(frame).fill(wall);
  /** Number of discs in each column. */
  readonly heights = new Int8Array(columns);
  /** The columns played so far. The first `ply` entries are valid. */
  readonly moves = new Int8Array(squares);
  ply = 0;

  constructor() {
    for (let column = 0; column < columns; column += 1) this.cells.fill(empty, squareOf(column, 0), squareOf(column, rows));
  }

  get turn(): Disc {
    return (this.ply & 1) === 0 ? 1 : 2;
  }

  get full(): boolean {
    return this.ply === squares;
  }

  legal(column: number): boolean {
    return (this.heights[column] as number) < rows;
  }

  /** True when the player to move would win with this column. The column must be legal. */
  wins(column: number): boolean {
    return this.winsFor(column, this.turn);
  }

  /** True when `disc` on top of this column would complete a line of four. */
  winsFor(column: number, disc: Disc): boolean {
    const { cells } = this;
    const square = squareOf(column, this.heights[column] as number);
    for (const step of directions) {
      let length = 1;
      for (let at = square + step; cells[at] === disc; at += step) length += 1;
      for (let at = square - step; cells[at] === disc; at -= step) length += 1;
      if (length >= 4) return true;
    }
    return false;
  }

  /** Plays a column and returns the square that the disc fills. The column must be legal and the game must not be over. */
  play(column: number): number {
    const row = this.heights[column] as number;
    const square = squareOf(column, row);
    this.cells[square] = this.turn;
    this.heights[column] = row + 1;
    this.moves[this.ply] = column;
    this.ply += 1;
    return square;
  }

  /** Takes back the last move and returns the square that becomes empty. */
  undo(): number {
    this.ply -= 1;
    const column = this.moves[this.ply] as number;
    const row = (this.heights[column] as number) - 1;
    const square = squareOf(column, row);
    this.heights[column] = row;
    this.cells[square] = empty;
    return square;
  }

  /** Returns a unique number for the position. Each column has seven bits: its discs below a marker bit. 49 bits are exact in a double. */
  key(mirrored = false): number {
    let key = 0;
    for (let at = 0; at < columns; at += 1) {
      const column = mirrored ? columns - 1 - at : at;
      let code = 1;
      for (let row = (this.heights[column] as number) - 1; row >= 0; row -= 1) code = code * 2 + ((this.cells[squareOf(column, row)] as number) - 1);
      key = key * 128 + code;
    }
    return key;
  }
}

/** The columns, from the centre outwards. Central columns are usually better, and alpha-beta cuts off more when better columns come first. */
export const centreFirst: readonly number[] = [3, 2, 4, 1, 5, 0, 6];
