/**
 * The rules of Connect Four: 7 columns, 6 rows, four in line wins, a full board is a draw.
 *
 * Squares lie in a frame of walls, eight to a column: square (column, row) has the number 8 · (column + 1) + row, so a line leaves the board
 * into a wall and no loop needs to know the edges. A winning move is found by looking along the four lines through its square.
 */
export const columns = 7;
export const rows = 6;
export const squares = columns * rows;

/** What a square holds. The first player's discs are 1. */
export const empty = 0;
export const wall = 3;
export type Disc = 1 | 2;

const stride = 8;
const frame = stride * (columns + 2);
/** Up, along the row, and the two diagonals. */
const directions = [1, stride, stride + 1, stride - 1] as const;

export const squareOf = (column: number, row: number): number => (column + 1) * stride + row;

export class Board {
  readonly cells = new Int8Array(frame).fill(wall);
  /** Discs in each column. */
  readonly heights = new Int8Array(columns);
  /** Columns played so far, `ply` of them. */
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

  /** Whether the player to move would win by this column (which must be legal). */
  wins(column: number): boolean {
    return this.winsFor(column, this.turn);
  }

  /** Whether `disc` on top of this column would make four in line. */
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

  /** The column must be legal and the game not over. Answers the square taken. */
  play(column: number): number {
    const row = this.heights[column] as number;
    const square = squareOf(column, row);
    this.cells[square] = this.turn;
    this.heights[column] = row + 1;
    this.moves[this.ply] = column;
    this.ply += 1;
    return square;
  }

  /** Takes the last move back. Answers the square that is empty again. */
  undo(): number {
    this.ply -= 1;
    const column = this.moves[this.ply] as number;
    const row = (this.heights[column] as number) - 1;
    const square = squareOf(column, row);
    this.heights[column] = row;
    this.cells[square] = empty;
    return square;
  }

  /** A number for each position: seven bits a column, its discs below a marker bit; 49 bits, so exact in a double. */
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

/** Centre first: the better columns come early, which is what cut-offs need. */
export const centreFirst: readonly number[] = [3, 2, 4, 1, 5, 0, 6];
