/** The request cannot be fulfilled. A repeat would fail in the same way. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}
