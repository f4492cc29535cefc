/** What was asked cannot be done, however often it is tried. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}
