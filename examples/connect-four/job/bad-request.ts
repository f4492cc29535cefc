/** A request that cannot be fulfilled. A repeat of the request would fail in the same way. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}
