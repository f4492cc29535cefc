import { columns, rows } from './board.ts';

export type Point = readonly [column: number, row: number];

const lineLength = 4;
const directions = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
] as const;

const isOnBoard = ([column, row]: Point): boolean => column >= 0 && column < columns && row >= 0 && row < rows;

/** Returns the 69 lines of four squares that can win. The order is fixed, because the layout of a model depends on it. */
export function linesOfFour(): readonly (readonly Point[])[] {
  const found: Point[][] = [];
  for (const [right, up] of directions) {
    for (let column = 0; column < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const line = Array.from({ length: lineLength }, (_, step): Point => [column + right * step, row + up * step]);
        if (line.every(isOnBoard)) found.push(line);
      }
    }
  }
  return found;
}
